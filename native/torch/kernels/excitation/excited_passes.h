#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "native/torch/kernels/batch_norm/batch_norm.h"

/// The passes over whole maps, on all threads. x is the norm's input less the channel's mean, y the norm's output; of
/// each image and channel means [N, C].
namespace wsol::excitation {

struct Means {
  /// Of y, [N, C, 1, 1].
  at::Tensor of_norm;
  /// As batch_norm::find_statistics().
  at::Tensor statistics;
  /// Of x, float64.
  at::Tensor centred;
};

template <typename Element>
Means find_means(const at::Tensor& input, const BatchNormTensors& norm);

struct SumInputs {
  at::Tensor input;
  at::Tensor weight;
  at::Tensor bias;
  at::Tensor statistics;
};

/// relu(y * scale + residual); `scale` float32 [N, C, 1, 1].
template <typename Element>
at::Tensor excited_sum(const SumInputs& inputs, const at::Tensor& scale, const at::Tensor& residual);

/// What ReLU lets through of a gradient, with its sums by image and channel.
struct PassedGradient {
  at::Tensor values;
  std::vector<double> sums;
  /// Of its products with x.
  std::vector<double> products;
  /// What y was multiplied with, float32 [N, C, 1, 1].
  at::Tensor scale;
};

struct SumGradients {
  at::Tensor scale;
  PassedGradient passed;
};

template <typename Element>
SumGradients sum_gradients(const SumInputs& inputs, const at::Tensor& scale, const at::Tensor& output,
                           const at::Tensor& gradient);

struct SavedMeans {
  at::Tensor input;
  at::Tensor weight;
  at::Tensor statistics;
  at::Tensor centred;
  /// Null for a process that works alone.
  c10::intrusive_ptr<SharedStatistics> shared;
};

struct NormGradients {
  at::Tensor input;
  at::Tensor weight;
  at::Tensor bias;
};

/// Of what passed, and of the gradient of the means of y, [N, C, 1, 1].
template <typename Element>
NormGradients norm_gradients(const SavedMeans& saved, const PassedGradient& passed, const at::Tensor& of_means);

}  // namespace wsol::excitation
