#pragma once

#include <memory>
#include <optional>

#include "native/torch/distributed/backends.h"
#include "native/torch/distributed/process_group.h"
#include "native/torch/distributed/process_watch.h"

namespace wsol {

/// While it lives, the processes of a run exchange what lies on their GPUs by a backend of its own. Where one of them
/// has left, what the others wait for is given up, so that they can find that out.
class DeviceExchange {
 public:
  /// All make it alike, once for a group. Throws DeviceUnavailable, or what keeps the backend from being made.
  DeviceExchange(std::shared_ptr<ProcessGroup> processes, const DistributedBackend& backend);
  ~DeviceExchange();
  DeviceExchange(const DeviceExchange&) = delete;
  DeviceExchange& operator=(const DeviceExchange&) = delete;

 private:
  std::shared_ptr<ProcessGroup> processes_;
  c10::intrusive_ptr<c10d::Backend> backend_;
  /// None for a process that works alone.
  std::optional<ProcessWatch> watch_;
};

}  // namespace wsol
