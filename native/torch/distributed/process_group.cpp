#include "native/torch/distributed/process_group.h"

#include <chrono>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "native/torch/errors.h"

namespace wsol {

namespace {

c10::intrusive_ptr<c10d::Store> open_store(const Rendezvous& rendezvous) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(rendezvous.port);
  options.isServer = rendezvous.keeps_store;
  options.numWorkers = static_cast<size_t>(rendezvous.share.world_size);
  // A launcher's store counts its own processes.
  options.waitWorkers = false;
  options.timeout = std::chrono::milliseconds(static_cast<int64_t>(rendezvous.seconds * 1000));
  try {
    return c10::make_intrusive<c10d::PrefixStore>(rendezvous.name,
                                                  c10::make_intrusive<c10d::TCPStore>(rendezvous.address, options));
  } catch (const std::exception& error) {
    throw LostProcess(brief_message(error));
  }
}

}  // namespace

ProcessGroup::ProcessGroup(const Rendezvous& rendezvous)
    : store_(open_store(rendezvous)),
      messages_(std::make_unique<Channel>(store_, "messages", rendezvous.share)),
      training_(std::make_unique<Channel>(store_, "training", rendezvous.share)) {}

}  // namespace wsol
