#include "native/torch/kernels/batch_norm/passes.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <cmath>
#include <vector>

#include "native/torch/kernels/batch_norm/rows.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol::batch_norm {

namespace {

at::Tensor floats(int64_t count) { return at::empty({count}, at::kFloat); }

template <typename Element>
const Element* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<Element>() : nullptr;
}

/// Means and sums of squared differences of two groups become those of both (Chan et al. 1979).
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void add(double more, double more_mean, double more_squares) {
    const double difference = more_mean - mean, total = count + more;
    squares += more_squares + difference * difference * count * more / total;
    mean += difference * more / total;
    count = total;
  }
};

template <typename Element>
void find_statistics(const at::Tensor& input, const Parts& parts, float* mean, float* variance) {
  const int64_t channels = parts.group.channels;
  std::vector<float> means(parts.count * channels), squares(parts.count * channels);
  const auto* const from = input.const_data_ptr<Element>();
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    moments(from + offset, rows, means.data() + part * channels, squares.data() + part * channels);
  });
  for (int64_t channel = 0; channel < channels; ++channel) {
    Moments moments;
    for (int64_t part = 0; part < parts.count; ++part) {
      const int64_t at = part * channels + channel;
      moments.add(static_cast<double>(parts.rows_of(part).count), means[at], squares[at]);
    }
    mean[channel] = static_cast<float>(moments.mean);
    variance[channel] = static_cast<float>(moments.squares / moments.count);
  }
}

void move_running(const BatchNormTensors& norm, const float* mean, const float* variance, int64_t count) {
  auto* const running_mean = norm.running_mean.mutable_data_ptr<float>();
  auto* const running_var = norm.running_var.mutable_data_ptr<float>();
  const double unbiased = static_cast<double>(count) / static_cast<double>(count - 1);
  for (int64_t channel = 0; channel < norm.running_mean.numel(); ++channel) {
    const auto towards = [&](float from, double to) {
      return static_cast<float>((1 - norm.momentum) * from + norm.momentum * to);
    };
    running_mean[channel] = towards(running_mean[channel], mean[channel]);
    running_var[channel] = towards(running_var[channel], variance[channel] * unbiased);
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
  find_statistics<Element>(input, parts, mean, inverse);
  move_running(norm, mean, inverse, parts.group.count);
  const auto* const weight = norm.weight.const_data_ptr<float>();
  const auto* const bias = norm.bias.const_data_ptr<float>();
  std::vector<float> scale(channels), shift(channels);
  for (int64_t channel = 0; channel < channels; ++channel) {
    inverse[channel] = static_cast<float>(1 / std::sqrt(static_cast<double>(inverse[channel]) + norm.eps));
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
  const auto count = static_cast<double>(parts.group.count);
  for (int64_t channel = 0; channel < channels; ++channel) {
    double sum = 0, product = 0;
    for (int64_t part = 0; part < parts.count; ++part) {
      sum += sums[part * channels + channel];
      product += products[part * channels + channel];
    }
    const double scale = inverse[channel], weighted = weight[channel] * scale;
    of_bias[channel] = static_cast<float>(sum);
    of_weight[channel] = static_cast<float>(product * scale);
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
