#include "native/torch/kernels/batch_norm/passes.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <vector>

#include "native/torch/kernels/batch_norm/moments.h"
#include "native/torch/kernels/batch_norm/rows.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol::batch_norm {

namespace {

at::Tensor floats(int64_t count) { return at::empty({count}, at::kFloat); }

template <typename Element>
const Element* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<Element>() : nullptr;
}

/// Of each channel.
template <typename Element>
std::vector<Moments> find_moments(const at::Tensor& input, const Parts& parts) {
  const int64_t channels = parts.group.channels;
  std::vector<float> means(parts.count * channels), squares(parts.count * channels);
  const auto* const from = input.const_data_ptr<Element>();
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    moments(from + offset, rows, means.data() + part * channels, squares.data() + part * channels);
  });
  std::vector<Moments> found(channels);
  for (int64_t channel = 0; channel < channels; ++channel) {
    for (int64_t part = 0; part < parts.count; ++part) {
      const int64_t at = part * channels + channel;
      found[channel].add(
          {.count = static_cast<double>(parts.rows_of(part).count), .mean = means[at], .squares = squares[at]});
    }
  }
  return found;
}

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
Forward forward(const at::Tensor& input, const BatchNormTensors& norm, const AfterNorm& after) {
  const Parts parts(input, /*groups=*/1);
  const int64_t channels = parts.group.channels;
  at::Tensor statistics = floats(2 * channels);
  auto* const mean = statistics.mutable_data_ptr<float>();
  float* const inverse = mean + channels;
  std::vector<Moments> moments = find_moments<Element>(input, parts);
  if (norm.shared) share_moments(moments, *norm.shared);
  move_running(norm, moments);
  const auto* const weight = norm.weight.const_data_ptr<float>();
  const auto* const bias = norm.bias.const_data_ptr<float>();
  std::vector<float> scale(channels), shift(channels);
  for (int64_t channel = 0; channel < channels; ++channel) {
    const auto& [count, channel_mean, squares_of_all] = moments[channel];
    mean[channel] = static_cast<float>(channel_mean);
    inverse[channel] = static_cast<float>(1 / std::sqrt(squares_of_all / count + norm.eps));
    scale[channel] = weight[channel] * inverse[channel];
    shift[channel] = bias[channel] - mean[channel] * scale[channel];
  }
  at::Tensor output = at::empty_like(input);
  const auto* const from = input.const_data_ptr<Element>();
  const auto* const residual = data_or_null<Element>(after.residual);
  auto* const to = output.mutable_data_ptr<Element>();
  parts.each([&](int64_t, Rows rows, int64_t offset) {
    normalise(from + offset, residual == nullptr ? nullptr : residual + offset, rows, scale.data(), shift.data(),
              after.relu, to + offset);
  });
  return {.output = output, .statistics = statistics};
}

template <typename Element>
Gradients backward(const Saved& saved, const at::Tensor& gradient, bool wants_passed) {
  const Parts parts(saved.input, /*groups=*/1);
  const int64_t channels = parts.group.channels;
  Gradients found{
      .input = at::empty_like(saved.input), .weight = floats(channels), .bias = floats(channels), .passed = {}};
  if (wants_passed) found.passed = saved.output.defined() ? at::empty_like(gradient) : gradient;
  const Backward<Element> whole = {
      .gradient = gradient.const_data_ptr<Element>(),
      .output = data_or_null<Element>(saved.output),
      .input = saved.input.const_data_ptr<Element>(),
      .passed = wants_passed && saved.output.defined() ? found.passed.mutable_data_ptr<Element>() : nullptr};
  const auto* const mean = saved.statistics.const_data_ptr<float>();
  const float* const inverse = mean + channels;
  std::vector<float> sums(parts.count * channels), products(parts.count * channels);
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    gradient_sums(whole.from(offset), rows, mean, sums.data() + part * channels, products.data() + part * channels);
  });
  const auto* const weight = saved.weight.const_data_ptr<float>();
  auto* const of_weight = found.weight.mutable_data_ptr<float>();
  auto* const of_bias = found.bias.mutable_data_ptr<float>();
  std::vector<float> factor(channels), slope(channels), offsets(channels);
  // Of each channel the sum, then of each the product; last the number of values.
  const at::Tensor totals = at::zeros({2 * channels + 1}, at::kDouble);
  auto* const total = totals.mutable_data_ptr<double>();
  total[2 * channels] = static_cast<double>(parts.group.count);
  for (int64_t channel = 0; channel < channels; ++channel) {
    for (int64_t part = 0; part < parts.count; ++part) {
      total[channel] += sums[part * channels + channel];
      total[channels + channel] += products[part * channels + channel];
    }
    // Of this process alone: the reducer adds up those of parameters.
    of_bias[channel] = static_cast<float>(total[channel]);
    of_weight[channel] = static_cast<float>(total[channels + channel] * inverse[channel]);
  }
  if (saved.shared) saved.shared->sum(totals);
  const double count = total[2 * channels];
  for (int64_t channel = 0; channel < channels; ++channel) {
    const double sum = total[channel], product = total[channels + channel];
    const double scale = inverse[channel], weighted = weight[channel] * scale;
    factor[channel] = static_cast<float>(weighted);
    slope[channel] = static_cast<float>(-weighted * scale * scale * product / count);
    offsets[channel] = static_cast<float>(-weighted * sum / count);
  }
  auto* const to = found.input.mutable_data_ptr<Element>();
  parts.each([&](int64_t, Rows rows, int64_t offset) {
    input_gradient(whole.from(offset), rows,
                   {.factor = factor.data(), .slope = slope.data(), .mean = mean, .offset = offsets.data()},
                   to + offset);
  });
  return found;
}

template Forward forward<float>(const at::Tensor&, const BatchNormTensors&, const AfterNorm&);
template Forward forward<c10::BFloat16>(const at::Tensor&, const BatchNormTensors&, const AfterNorm&);
template Gradients backward<float>(const Saved&, const at::Tensor&, bool);
template Gradients backward<c10::BFloat16>(const Saved&, const at::Tensor&, bool);

}  // namespace wsol::batch_norm
