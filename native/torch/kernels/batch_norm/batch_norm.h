#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/kernels/batch_norm/shared_statistics.h"

namespace wsol {

/// Batch normalisation with what follows it, in as few passes over memory as it takes.
struct BatchNormTensors {
  at::Tensor weight;
  at::Tensor bias;
  /// Moved towards the batch's by `momentum`.
  at::Tensor running_mean;
  at::Tensor running_var;
  double momentum;
  double eps;
  /// Null for a process that works alone.
  c10::intrusive_ptr<SharedStatistics> shared = {};
};

/// What follows the norm.
struct AfterNorm {
  /// Added, unless it is undefined.
  at::Tensor residual = {};
  bool relu = false;
};

/// Whether batch_norm_in_training() takes this map: on the CPU, channels_last, float32 or bfloat16.
bool is_normalised_here(const at::Tensor& input, const AfterNorm& after);

/// By the mean and variance of the batch, of all processes' where they are shared, with gradients.
at::Tensor batch_norm_in_training(const at::Tensor& input, const BatchNormTensors& norm, const AfterNorm& after);

/// The same for maps that is_normalised_here() refuses, and without what follows: on any device, of shared statistics.
at::Tensor shared_batch_norm(const at::Tensor& input, const BatchNormTensors& norm);

/// input * scale + shift, by channel in float32, then what `after` says, in one pass; without gradients, of maps that
/// is_normalised_here() takes.
at::Tensor scale_and_shift(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& shift,
                           const AfterNorm& after);

}  // namespace wsol
