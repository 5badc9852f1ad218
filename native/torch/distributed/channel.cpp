#include "native/torch/distributed/channel.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/comm.hpp>

#include "native/torch/distributed/make_gloo.h"
#include "native/torch/errors.h"

namespace wsol {

Channel::Channel(const c10::intrusive_ptr<c10d::Store>& store, const std::string& name, const Share& share,
                 std::chrono::milliseconds to_start)
    : share_(share), to_start_(to_start), store_(c10::make_intrusive<c10d::PrefixStore>(name, store)) {
  run([&] {
    gloo_ = make_gloo(store_, share, to_start);
    exchange_by_gloo();
  });
}

c10::intrusive_ptr<c10d::Backend> Channel::exchange_on_gpus_by(const DistributedBackend& backend) {
  const std::string name = c10::str(backend.name, "/", exchanges_++);
  auto made = backend.make(c10::make_intrusive<c10d::PrefixStore>(name, store_), share_, to_start_);
  set_group(made, backend.type);
  return made;
}

void Channel::set_group(const c10::intrusive_ptr<c10d::Backend>& on_gpus, c10d::ProcessGroup::BackendType type) {
  constexpr auto kGloo = c10d::ProcessGroup::BackendType::GLOO;
  group_ = c10::make_intrusive<c10d::ProcessGroup>(store_, static_cast<int>(share_.rank),
                                                   static_cast<int>(share_.world_size));
  group_->setBackend(c10::DeviceType::CPU, kGloo, gloo_);
  group_->setBackend(c10::DeviceType::CUDA, type, on_gpus);
  group_->setDefaultBackend(kGloo);
}

void Channel::run(c10::function_ref<void()> wait) const {
  try {
    wait();
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    if (dynamic_cast<const c10::DistError*>(&error) == nullptr) throw;
    throw LostProcess(brief_message(error));
  } catch (const std::exception& error) {
    if (is_out_of_memory(error)) throw;
    throw LostProcess(brief_message(error));
  }
}

void Channel::sum(const at::Tensor& values) {
  run([&] {
    std::vector<at::Tensor> tensors = {values};
    group_->allreduce(tensors)->wait();
  });
}

void Channel::broadcast(const std::vector<at::Tensor>& tensors) {
  run([&] {
    constexpr size_t kBytesAtOnce = size_t{250} << 20;
    c10d::broadcast_coalesced(group_, tensors, kBytesAtOnce, /*rank=*/0);
  });
}

std::vector<at::Tensor> Channel::gather(const at::Tensor& bytes) {
  const at::Tensor sizes = at::zeros({share_.world_size}, at::kLong);
  sizes[share_.rank].fill_(bytes.numel());
  sum(sizes);
  const auto* const size = sizes.const_data_ptr<int64_t>();
  const int64_t largest = *std::max_element(size, size + share_.world_size);
  std::vector<std::vector<at::Tensor>> all(1);
  for (int64_t rank = 0; rank < share_.world_size; ++rank) all[0].push_back(at::empty({largest}, at::kByte));
  const at::Tensor padded = at::zeros({largest}, at::kByte);
  padded.slice(0, 0, bytes.numel()).copy_(bytes);
  run([&] {
    std::vector<at::Tensor> own = {padded};
    group_->allgather(all, own)->wait();
  });
  for (int64_t rank = 0; rank < share_.world_size; ++rank) all[0][rank] = all[0][rank].slice(0, 0, size[rank]);
  return all[0];
}

}  // namespace wsol
