#include "native/torch/distributed/process_group.h"

#include <chrono>
#include <map>
#include <mutex>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <utility>

#include "native/torch/errors.h"

namespace wsol {

namespace {

std::chrono::milliseconds time_to_start(const Rendezvous& rendezvous) {
  return std::chrono::milliseconds(static_cast<int64_t>(rendezvous.seconds * 1000));
}

/// The store of an address, for as long as the process lives: of one run after another, some processes may be at the
/// next one already.
c10::intrusive_ptr<c10d::TCPStore> open_store(const Rendezvous& rendezvous) {
  static std::mutex mutex;
  static auto& stores = *new std::map<std::string, c10::intrusive_ptr<c10d::TCPStore>>;
  const std::string key = c10::str(rendezvous.address, ":", rendezvous.port, " ", rendezvous.share.rank);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = stores.find(key); found != stores.end()) return found->second;
  }
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(rendezvous.port);
  options.isServer = rendezvous.keeps_store;
  options.numWorkers = static_cast<size_t>(rendezvous.share.world_size);
  // A launcher's store counts its own processes.
  options.waitWorkers = false;
  options.timeout = time_to_start(rendezvous);
  try {
    const auto store = c10::make_intrusive<c10d::TCPStore>(rendezvous.address, options);
    const std::lock_guard lock(mutex);
    return stores[key] = store;
  } catch (const std::exception& error) {
    throw LostProcess(brief_message(error));
  }
}

}  // namespace

ProcessGroup::ProcessGroup(const Rendezvous& rendezvous)
    : store_(c10::make_intrusive<c10d::PrefixStore>(rendezvous.name, open_store(rendezvous))),
      messages_(std::make_unique<Channel>(store_, "messages", rendezvous.share, time_to_start(rendezvous))),
      training_(std::make_unique<Channel>(store_, "training", rendezvous.share, time_to_start(rendezvous))),
      watch_(std::make_unique<Channel>(store_, "watch", rendezvous.share, time_to_start(rendezvous))) {}

std::unique_ptr<Channel> ProcessGroup::take_watch_channel() {
  if (watch_ == nullptr) throw Error("expected one exchange between GPUs for each process group, got another");
  return std::move(watch_);
}

}  // namespace wsol
