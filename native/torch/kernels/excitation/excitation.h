#pragma once

#include <ATen/core/Tensor.h>

namespace wsol {

/// Whether scale_add_relu() takes these: maps on the CPU in channels_last, both float32 or both bfloat16.
bool is_excited_here(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& residual);

/// relu(input * scale + residual) in one pass, with gradients: `scale` [N, C, 1, 1] of [N, C, H, W].
at::Tensor scale_add_relu(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& residual);

}  // namespace wsol
