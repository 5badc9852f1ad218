#include "native/torch/kernels/batch_norm/statistics.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "native/torch/kernels/batch_norm/moments.h"
#include "native/torch/kernels/batch_norm/rows.h"

namespace wsol::batch_norm {

namespace {

at::Tensor floats(int64_t count) { return at::empty({count}, at::kFloat); }

void move_running(const BatchNormTensors& norm, const std::vector<Moments>& channels) {
  auto* const running_mean = norm.running_mean.mutable_data_ptr<float>();
  auto* const running_var = norm.running_var.mutable_data_ptr<float>();
  const auto towards = [&](float from, double to) {
    return static_cast<float>((1 - norm.momentum) * from + norm.momentum * to);
  };
  for (size_t channel = 0; channel < channels.size(); ++channel) {
    const auto& [count, mean, squares] = channels[channel];
    running_mean[channel] = towards(running_mean[channel], mean);
    running_var[channel] = towards(running_var[channel], squares / (count - 1));
  }
}

}  // namespace

template <typename Element>
PartMoments moments_of(const at::Tensor& input, const Parts& parts) {
  const int64_t channels = parts.group.channels;
  const auto count = static_cast<size_t>(parts.count * channels);
  PartMoments found{.means = std::vector<float>(count), .squares = std::vector<float>(count)};
  const auto* const from = input.const_data_ptr<Element>();
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    moments(from + offset, rows, found.means.data() + part * channels, found.squares.data() + part * channels);
  });
  return found;
}

template PartMoments moments_of<float>(const at::Tensor&, const Parts&);
template PartMoments moments_of<c10::BFloat16>(const at::Tensor&, const Parts&);

at::Tensor find_statistics(const PartMoments& moments, const Parts& parts, const BatchNormTensors& norm) {
  const int64_t channels = parts.group.channels;
  std::vector<Moments> found(channels);
  for (int64_t channel = 0; channel < channels; ++channel) {
    for (int64_t part = 0; part < parts.count; ++part) {
      const int64_t at = part * channels + channel;
      found[channel].add({.count = static_cast<double>(parts.rows_of(part).count),
                          .mean = moments.means[at],
                          .squares = moments.squares[at]});
    }
  }
  if (norm.shared) share_moments(found, *norm.shared);
  move_running(norm, found);
  at::Tensor statistics = floats(2 * channels);
  auto* const mean = statistics.mutable_data_ptr<float>();
  for (int64_t channel = 0; channel < channels; ++channel) {
    mean[channel] = static_cast<float>(found[channel].mean);
    const double variance = found[channel].squares / found[channel].count;
    mean[channels + channel] = static_cast<float>(1 / std::sqrt(variance + norm.eps));
  }
  return statistics;
}

std::vector<float> factors_of(const at::Tensor& statistics, const at::Tensor& weight) {
  const int64_t channels = weight.numel();
  const float* const inverse = statistics.const_data_ptr<float>() + channels;
  const auto* const weights = weight.const_data_ptr<float>();
  std::vector<float> factors(channels);
  for (int64_t channel = 0; channel < channels; ++channel) factors[channel] = weights[channel] * inverse[channel];
  return factors;
}

Affine affine_of(const at::Tensor& statistics, const at::Tensor& weight, const at::Tensor& bias) {
  const auto* const mean = statistics.const_data_ptr<float>();
  const auto* const biases = bias.const_data_ptr<float>();
  Affine found{.factor = factors_of(statistics, weight), .offset = std::vector<float>(weight.numel())};
  for (size_t channel = 0; channel < found.offset.size(); ++channel) {
    found.offset[channel] = biases[channel] - mean[channel] * found.factor[channel];
  }
  return found;
}

GradientTotals::GradientTotals(int64_t channels, int64_t values)
    : channels_(channels),
      totals_(at::zeros({2 * channels + 1}, at::kDouble)),
      values_(totals_.mutable_data_ptr<double>()) {
  values_[2 * channels] = static_cast<double>(values);
}

at::Tensor GradientTotals::bias_gradient() const {
  at::Tensor gradient = floats(channels_);
  const auto* const sum = totals_.const_data_ptr<double>();
  auto* const to = gradient.mutable_data_ptr<float>();
  for (int64_t channel = 0; channel < channels_; ++channel) to[channel] = static_cast<float>(sum[channel]);
  return gradient;
}

at::Tensor GradientTotals::weight_gradient(const at::Tensor& statistics) const {
  at::Tensor gradient = floats(channels_);
  const double* const product = totals_.const_data_ptr<double>() + channels_;
  const float* const inverse = statistics.const_data_ptr<float>() + channels_;
  auto* const to = gradient.mutable_data_ptr<float>();
  for (int64_t channel = 0; channel < channels_; ++channel) {
    to[channel] = static_cast<float>(product[channel] * inverse[channel]);
  }
  return gradient;
}

GradientTotals::Correction GradientTotals::correction(const at::Tensor& statistics, const at::Tensor& weight) const {
  const auto* const sum = totals_.const_data_ptr<double>();
  const double* const product = sum + channels_;
  const double count = sum[2 * channels_];
  const float* const inverse = statistics.const_data_ptr<float>() + channels_;
  const auto* const weights = weight.const_data_ptr<float>();
  Correction found{.slope = std::vector<float>(channels_), .offset = std::vector<float>(channels_)};
  for (int64_t channel = 0; channel < channels_; ++channel) {
    const double scale = inverse[channel], weighted = weights[channel] * scale;
    found.slope[channel] = static_cast<float>(-weighted * scale * scale * product[channel] / count);
    found.offset[channel] = static_cast<float>(-weighted * sum[channel] / count);
  }
  return found;
}

}  // namespace wsol::batch_norm
