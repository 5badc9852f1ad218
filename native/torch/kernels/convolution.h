#pragma once

#include <ATen/core/Tensor.h>

namespace wsol {

/// A map in the element that convolutions take here: autocast's, where that is on.
at::Tensor as_autocast_wants(const at::Tensor& map);

/// A convolution of groups 1 and dilation 1 as LibTorch's, with gradients, by the fastest way there is.
at::Tensor convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                       int64_t padding);

}  // namespace wsol
