#include "native/torch/distributed/process_watch.h"

#include <ATen/ops/zeros.h>

#include <utility>
#include <vector>

namespace wsol {

namespace {

/// As good as for ever.
constexpr std::chrono::milliseconds kWhole = std::chrono::hours(24 * 365);
constexpr std::chrono::milliseconds kToSay = std::chrono::seconds(5);
constexpr int kTag = 0;

}  // namespace

ProcessWatch::ProcessWatch(Channel& channel, std::function<void()> on_lost)
    : channel_(channel), farewell_(at::zeros({1}, at::kByte)) {
  const Share& share = channel_.share();
  const auto before = static_cast<int>((share.rank + share.world_size - 1) % share.world_size);
  std::vector<at::Tensor> said = {farewell_};
  channel_.run([&] { wait_ = channel_.group()->recv(said, before, kTag); });
  thread_ = std::thread([wait = wait_, on_lost = std::move(on_lost)] {
    try {
      wait->wait(kWhole);
    } catch (const std::exception&) {
      on_lost();
    }
  });
}

ProcessWatch::~ProcessWatch() {
  const Share& share = channel_.share();
  const auto after = static_cast<int>((share.rank + 1) % share.world_size);
  try {
    std::vector<at::Tensor> all_is_well = {at::zeros({1}, at::kByte)};
    channel_.group()->send(all_is_well, after, kTag)->wait(kToSay);
  } catch (const std::exception&) {
    // It is gone itself.
  }
  wait_->abort();
  thread_.join();
}

}  // namespace wsol
