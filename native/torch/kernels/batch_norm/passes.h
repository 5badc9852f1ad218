#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/kernels/batch_norm/batch_norm.h"

/// The passes over a whole map, on all threads.
namespace wsol::batch_norm {

struct Forward {
  at::Tensor output;
  /// Of each channel the mean, then 1 / sqrt(variance + eps).
  at::Tensor statistics;
};

struct Gradients {
  at::Tensor input;
  at::Tensor weight;
  at::Tensor bias;
  /// What reached the norm, where it is asked for.
  at::Tensor passed;
};

struct Saved {
  at::Tensor input;
  at::Tensor weight;
  at::Tensor statistics;
  /// Undefined without ReLU.
  at::Tensor output;
  /// Null for a process that works alone.
  c10::intrusive_ptr<SharedStatistics> shared;
};

template <typename Element>
Forward forward(const at::Tensor& input, const BatchNormTensors& norm, const AfterNorm& after);

template <typename Element>
Gradients backward(const Saved& saved, const at::Tensor& gradient, bool wants_passed);

}  // namespace wsol::batch_norm
