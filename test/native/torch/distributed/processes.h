#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "native/torch/device.h"
#include "native/torch/distributed/process_group.h"

namespace wsol::test {

inline int64_t free_port() {
  const int file = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(file, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(file, reinterpret_cast<sockaddr*>(&address), &size);
  close(file);
  return ntohs(address.sin_port);
}

/// Runs each process of a group on a thread of its own; they know nothing of each other but by the group.
inline void with_processes(int64_t count, const std::function<void(std::unique_ptr<ProcessGroup>&)>& run) {
  const int64_t port = free_port();
  std::vector<std::thread> threads;
  for (int64_t rank = 0; rank < count; ++rank) {
    threads.emplace_back([=, &run] {
      use_threads(1);
      auto processes = std::make_unique<ProcessGroup>(Rendezvous{.address = "127.0.0.1",
                                                                 .port = port,
                                                                 .keeps_store = rank == 0,
                                                                 .name = "test",
                                                                 .share = {.rank = rank, .world_size = count},
                                                                 .seconds = 60});
      run(processes);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

inline void with_processes(int64_t count, const std::function<void(ProcessGroup&)>& run) {
  with_processes(count, [&](std::unique_ptr<ProcessGroup>& processes) { run(*processes); });
}

}  // namespace wsol::test
