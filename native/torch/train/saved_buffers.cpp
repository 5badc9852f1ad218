#include "native/torch/train/saved_buffers.h"

#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/empty_like.h>

namespace wsol {

SavedBuffers::SavedBuffers(const Network& network, size_t steps) : steps_(steps) {
  for (const at::ScalarType dtype : {at::kFloat, at::kLong}) {
    Group& group = groups_.emplace_back();
    group.copies.resize(steps);
    for (const StateEntry& entry : network.state()) {
      if (entry.role != Role::kBuffer || entry.tensor.scalar_type() != dtype) continue;
      group.buffers.push_back(entry.tensor);
      for (auto& copies : group.copies) copies.push_back(at::empty_like(entry.tensor));
    }
  }
}

void SavedBuffers::save() {
  last_ = (last_ + 1) % steps_;
  for (Group& group : groups_) at::_foreach_copy_(group.copies[last_], group.buffers);
}

void SavedBuffers::restore(size_t before) {
  const size_t step = (last_ + steps_ - before) % steps_;
  for (Group& group : groups_) at::_foreach_copy_(group.buffers, group.copies[step]);
  last_ = (step + steps_ - 1) % steps_;
}

}  // namespace wsol
