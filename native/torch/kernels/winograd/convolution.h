#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/kernels/batch_norm/batch_norm.h"

/// 3 x 3 convolutions of stride 1 with a border of zeros by minimal filtering, which needs 2.25 times fewer products
/// than the definition. Maps are float32 or bfloat16, weights and their gradients float32; on the CPU.
namespace wsol::winograd {

/// Whether they are served here, and faster than by LibTorch: `input` [N, C, H, W] in channels_last, `weight` [K, C, 3,
/// 3].
bool is_worthwhile(const at::Tensor& input, const at::Tensor& weight);

/// The convolution, without gradients.
at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight);

/// The same for weights that are transformed already, beside LibTorch's on weights that are laid out already.
bool is_worthwhile_transformed(const at::Tensor& input, const at::Tensor& weight);

/// The weight as convolve_transformed() takes it for maps of this element, float32 or bfloat16.
at::Tensor transform_weight(const at::Tensor& weight, at::ScalarType element);

/// The convolution plus `bias`, float32 [K], then what `after` says, in one pass; without gradients.
at::Tensor convolve_transformed(const at::Tensor& input, const at::Tensor& transformed, const at::Tensor& bias,
                                const AfterNorm& after);

/// The gradient of the input.
at::Tensor input_gradient(const at::Tensor& gradient, const at::Tensor& weight);

/// The gradient of the weight.
at::Tensor weight_gradient(const at::Tensor& gradient, const at::Tensor& input);

}  // namespace wsol::winograd
