#include "native/torch/train/arriving_numbers.h"

#include <ATen/ops/empty_like.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace wsol {

ArrivingNumbers::ArrivingNumbers(const at::Tensor& numbers) : numbers_(numbers) {
  if (numbers.is_cpu()) return;
  // Only into pinned memory does a copy not hold up the caller.
  numbers_ = at::empty_like(numbers, numbers.options().device(at::kCPU).pinned_memory(true));
  const bool non_blocking = true;
  numbers_.copy_(numbers, non_blocking);
  arrival_.emplace(numbers.device().type());
  arrival_->record(c10::impl::VirtualGuardImpl(numbers.device().type()).getStream(numbers.device()));
}

const at::Tensor& ArrivingNumbers::arrived() {
  if (arrival_) arrival_->synchronize();
  arrival_.reset();
  return numbers_;
}

}  // namespace wsol
