#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace wsol {

/// A map in the element that convolutions take here: autocast's, where that is on.
at::Tensor as_autocast_wants(const at::Tensor& map);

/// Whether it is bfloat16 that the processor does not multiply: LibTorch's convolutions then imitate that, twenty times
/// slower than those of float32.
bool is_imitated(const at::Tensor& map);

/// While it lives, what the calling thread computes is not autocast.
class WithoutAutocast {
  c10::impl::ExcludeDispatchKeyGuard guard_{c10::DispatchKey::AutocastCPU};
};

/// A convolution of groups 1 and dilation 1 as LibTorch's, with gradients, by the fastest way there is. Of
/// maps that would be imitated in float32, rounded to what they are at the end.
at::Tensor convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                       int64_t padding);

}  // namespace wsol
