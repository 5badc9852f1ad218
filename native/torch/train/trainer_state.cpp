#include <ATen/ops/empty_like.h>
#include <ATen/ops/scalar_tensor.h>

#include <unordered_map>
#include <utility>

#include "native/torch/distributed/shared_training.h"
#include "native/torch/errors.h"
#include "native/torch/train/trainer.h"

/// What a Trainer stores, takes back, and gives to other processes.
namespace wsol {

std::vector<NamedTensor> Trainer::export_momentum() const {
  std::unordered_map<std::string, at::Tensor> by_name;
  for (const Group& group : groups_) {
    const std::vector<at::Tensor>& buffers = group.optimizer.momentum_buffers();
    for (size_t index = 0; index < buffers.size(); ++index) by_name[group.names[index]] = buffers[index];
  }
  std::vector<NamedTensor> tensors;
  for (const StateEntry& entry : network_->state()) {
    const auto found = by_name.find(entry.name);
    if (found == by_name.end()) continue;
    tensors.push_back({entry.name, found->second.cpu().clone(at::MemoryFormat::Contiguous)});
  }
  return tensors;
}

void Trainer::import_momentum(const std::vector<NamedTensor>& tensors) {
  std::vector<std::vector<at::Tensor>> buffers(groups_.size());
  if (!tensors.empty()) {
    if (settings_.optim.sgd.momentum == 0) {
      throw TensorMismatch(tensors.front().name,
                           "expected no momentum buffers without momentum, got '" + tensors.front().name + "'");
    }
    std::vector<NamedTensor> targets;
    for (const StateEntry& entry : network_->parameters()) {
      targets.push_back({entry.name, at::empty_like(entry.tensor).detach()});
      buffers[entry.role == Role::kBody ? 0 : 1].push_back(targets.back().tensor);
    }
    copy_by_name(targets, tensors);
  }
  for (size_t index = 0; index < groups_.size(); ++index) {
    groups_[index].optimizer.set_momentum_buffers(std::move(buffers[index]));
  }
}

void Trainer::share_state(bool everything) {
  if (!shared_) return;
  Channel& channel = shared_->channel();
  std::vector<at::Tensor> tensors;
  for (const StateEntry& entry : network_->state()) {
    if (everything || entry.role == Role::kBuffer) tensors.push_back(entry.tensor.detach());
  }
  if (everything) {
    for (Group& group : groups_) {
      const at::Tensor count =
          at::scalar_tensor(static_cast<int64_t>(group.optimizer.momentum_buffers().size()), at::kLong);
      channel.broadcast({count});
      if (count.item<int64_t>() == 0) continue;
      group.optimizer.ensure_momentum_buffers();
      const auto& buffers = group.optimizer.momentum_buffers();
      tensors.insert(tensors.end(), buffers.begin(), buffers.end());
    }
  }
  channel.broadcast(tensors);
}

}  // namespace wsol
