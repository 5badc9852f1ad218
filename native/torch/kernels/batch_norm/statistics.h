#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "native/torch/kernels/batch_norm/batch_norm.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol::batch_norm {

/// Of each part of a map, and in it of each channel.
struct PartMoments {
  std::vector<float> means;
  /// Sums of squared differences from them.
  std::vector<float> squares;
};

template <typename Element>
PartMoments moments_of(const at::Tensor& input, const Parts& parts);

/// Of each channel the mean, then 1 / sqrt(variance + eps), over all parts, of all processes where they are shared: [2
/// C]. Moves the running statistics.
at::Tensor find_statistics(const PartMoments& moments, const Parts& parts, const BatchNormTensors& norm);

/// The norm as factor * input + offset of each channel.
struct Affine {
  std::vector<float> factor;
  std::vector<float> offset;
};

/// weight / sqrt(variance + eps).
std::vector<float> factors_of(const at::Tensor& statistics, const at::Tensor& weight);

Affine affine_of(const at::Tensor& statistics, const at::Tensor& weight, const at::Tensor& bias);

/// What reached the norm's outputs: of each channel the sum, then of each that of the products with input - mean; last
/// the number of values. Float64, [2 C + 1].
class GradientTotals {
 public:
  GradientTotals(int64_t channels, int64_t values);

  double& sum(int64_t channel) { return values_[channel]; }
  double& product(int64_t channel) { return values_[channels_ + channel]; }

  /// Of this process alone: the reducer adds up the gradients of parameters.
  at::Tensor bias_gradient() const;
  at::Tensor weight_gradient(const at::Tensor& statistics) const;

  /// With those of the other processes.
  void share(const SharedStatistics& shared) { shared.sum(totals_); }

  /// What statistics that move with the inputs add to the gradient of each: slope * (input - mean) + offset, by
  /// channel.
  struct Correction {
    std::vector<float> slope;
    std::vector<float> offset;
  };
  Correction correction(const at::Tensor& statistics, const at::Tensor& weight) const;

 private:
  int64_t channels_;
  at::Tensor totals_;
  double* values_;
};

}  // namespace wsol::batch_norm
