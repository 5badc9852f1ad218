#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <thread>

#include "native/torch/distributed/channel.h"

namespace wsol {

/// Notices that another process has left, in whatever way, while this one waits for its GPU, which does not. Each
/// process watches the one of the rank before it, by a connection over which nothing is ever sent: it ends with the
/// watch of that one. Who is left alone fails and ends its own watch, so that the next one notices too.
class ProcessWatch {
 public:
  /// `on_left` runs on the watch's own thread, once at most. Of two processes or more, all of which make it alike.
  ProcessWatch(std::unique_ptr<Channel> channel, std::function<void()> on_left);
  ~ProcessWatch();
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;

 private:
  std::unique_ptr<Channel> channel_;
  /// What never comes, and the wait for it.
  at::Tensor nothing_;
  c10::intrusive_ptr<c10d::Work> wait_;
  std::thread thread_;
};

}  // namespace wsol
