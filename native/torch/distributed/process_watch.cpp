#include "native/torch/distributed/process_watch.h"

#include <ATen/ops/empty.h>

#include <utility>
#include <vector>

namespace wsol {

namespace {

constexpr std::chrono::milliseconds kForEver = std::chrono::hours(24 * 365);
constexpr int kTag = 0;

}  // namespace

ProcessWatch::ProcessWatch(std::unique_ptr<Channel> channel, std::function<void()> on_left)
    : channel_(std::move(channel)), nothing_(at::empty({1}, at::kByte)) {
  const Share& share = channel_->share();
  const auto before = static_cast<int>((share.rank + share.world_size - 1) % share.world_size);
  std::vector<at::Tensor> into = {nothing_};
  channel_->run([&] { wait_ = channel_->group()->recv(into, before, kTag); });
  thread_ = std::thread([wait = wait_, on_left = std::move(on_left)] {
    try {
      wait->wait(kForEver);
    } catch (const std::exception&) {
      on_left();
    }
  });
}

ProcessWatch::~ProcessWatch() {
  wait_->abort();
  thread_.join();
}

}  // namespace wsol
