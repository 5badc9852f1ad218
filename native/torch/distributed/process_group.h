#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "native/torch/distributed/channel.h"
#include "native/torch/share.h"

namespace wsol {

/// Where the processes of a run meet: a TCP store.
struct Rendezvous {
  std::string address;
  int64_t port;
  /// Whether the store is this process's; else it is another's, or the launcher's.
  bool keeps_store;
  /// What they agree on lies under this name, apart from earlier attempts.
  std::string name;
  Share share;
  /// How long they wait for each other to start.
  double seconds;
};

/// The processes that train together.
class ProcessGroup {
 public:
  /// Waits until all are there. Throws LostProcess.
  explicit ProcessGroup(const Rendezvous& rendezvous);

  const Share& share() const { return messages_->share(); }
  /// What the processes have to say to each other, beside the steps.
  Channel& messages() { return *messages_; }
  /// Of the steps.
  Channel& training() { return *training_; }
  /// Over which nothing is sent: for a ProcessWatch. Throws Error where one has it already.
  std::unique_ptr<Channel> take_watch_channel();

 private:
  c10::intrusive_ptr<c10d::Store> store_;
  std::unique_ptr<Channel> messages_;
  std::unique_ptr<Channel> training_;
  std::unique_ptr<Channel> watch_;
};

}  // namespace wsol
