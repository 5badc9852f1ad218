#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <thread>

#include "native/torch/distributed/channel.h"

namespace wsol {

/// Notices that another process is gone while this one waits for its GPU, which does not. Each process watches the one
/// of the rank before it; the failure of that one brings the next to notice.
class ProcessWatch {
 public:
  /// Beside whatever else goes through the channel. `on_lost` runs on the watch's own thread, once at most.
  ProcessWatch(Channel& channel, std::function<void()> on_lost);
  /// Tells the process that watches this one that all is well, and ends.
  ~ProcessWatch();
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;

 private:
  Channel& channel_;
  /// What the watched process says when it ends by itself.
  at::Tensor farewell_;
  c10::intrusive_ptr<c10d::Work> wait_;
  std::thread thread_;
};

}  // namespace wsol
