#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/FunctionRef.h>

#include "native/torch/kernels/batch_norm/batch_norm.h"

namespace wsol {

/// A scale [N, C, 1, 1] made of the means [N, C, 1, 1] of each image's channels, float32, with gradients.
using Excite = c10::function_ref<at::Tensor(const at::Tensor& means)>;

/// relu(y * excite(means of y) + residual), y the norm of the input by the statistics of the batch, with gradients, of
/// maps that is_normalised_here() takes. y itself is never written: its means and every sum that the gradients need
/// follow from those of the input.
at::Tensor excited_norm_in_training(const at::Tensor& input, const BatchNormTensors& norm, const at::Tensor& residual,
                                    Excite excite);

}  // namespace wsol
