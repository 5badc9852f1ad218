#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/kernels/batch_norm/batch_norm.h"

// oneDNN's convolutions on weights that it laid out once: LibTorch's own lay them out at each call. Without gradients.

namespace wsol {

/// How the window of a convolution moves.
struct Sliding {
  int64_t stride;
  int64_t padding;
};

/// Whether they are served here for such maps: on the CPU, float32 or bfloat16, by a LibTorch and a processor that can.
bool has_packed_convolution(const at::Tensor& map);

/// `weight` [K, C, k, k], of the maps' element, as packed_convolution() takes it; best for maps of the size of `map`,
/// and right for others.
at::Tensor pack_weight(const at::Tensor& weight, const at::Tensor& map, const Sliding& sliding);

/// The convolution plus `bias` [K] and the residual in one pass, then ReLU. The result is in channels_last where `map`
/// is.
at::Tensor packed_convolution(const at::Tensor& map, const at::Tensor& packed, const at::Tensor& bias,
                              const Sliding& sliding, const AfterNorm& after);

}  // namespace wsol
