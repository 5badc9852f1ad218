#include "native/torch/kernels/excitation/excited_passes.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include "native/torch/kernels/batch_norm/rows.h"
#include "native/torch/kernels/batch_norm/statistics.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol::excitation {

namespace {

Parts parts_of(const at::Tensor& map) { return Parts(map, /*groups=*/map.size(0)); }

/// Calls `run(place in [N, C], channel)` for each image and channel.
template <typename Run>
void each_image_and_channel(const at::Tensor& map, Run run) {
  const int64_t images = map.size(0), channels = map.size(1);
  for (int64_t image = 0; image < images; ++image) {
    for (int64_t channel = 0; channel < channels; ++channel) run(image * channels + channel, channel);
  }
}

}  // namespace

template <typename Element>
Means find_means(const at::Tensor& input, const BatchNormTensors& norm) {
  const Parts parts = parts_of(input);
  const int64_t images = input.size(0), channels = input.size(1);
  const batch_norm::PartMoments moments = batch_norm::moments_of<Element>(input, parts);
  Means found{.of_norm = at::empty({images, channels, 1, 1}, at::kFloat),
              .statistics = batch_norm::find_statistics(moments, parts, norm),
              .centred = at::empty({images, channels}, at::kDouble)};
  const std::vector<float> factor = batch_norm::factors_of(found.statistics, norm.weight);
  const auto* const mean = found.statistics.const_data_ptr<float>();
  const auto* const bias = norm.bias.const_data_ptr<float>();
  auto* const centred = found.centred.mutable_data_ptr<double>();
  auto* const of_norm = found.of_norm.mutable_data_ptr<float>();
  const double per_row = 1.0 / static_cast<double>(parts.group.count);
  each_image_and_channel(input, [&](int64_t at, int64_t channel) {
    const int64_t first = at / channels * parts.in_group;
    double sum = 0;
    for (int64_t part = first; part < first + parts.in_group; ++part) {
      const double rows = static_cast<double>(parts.rows_of(part).count);
      sum += rows * (static_cast<double>(moments.means[part * channels + channel]) - mean[channel]);
    }
    centred[at] = sum * per_row;
    of_norm[at] = static_cast<float>(factor[channel] * centred[at] + bias[channel]);
  });
  return found;
}

template <typename Element>
at::Tensor excited_sum(const SumInputs& inputs, const at::Tensor& scale, const at::Tensor& residual) {
  const Parts parts = parts_of(inputs.input);
  const int64_t channels = parts.group.channels;
  const batch_norm::Affine affine = batch_norm::affine_of(inputs.statistics, inputs.weight, inputs.bias);
  std::vector<float> factors(scale.numel()), offsets(scale.numel());
  const auto* const scales = scale.const_data_ptr<float>();
  each_image_and_channel(inputs.input, [&](int64_t at, int64_t channel) {
    factors[at] = affine.factor[channel] * scales[at];
    offsets[at] = affine.offset[channel] * scales[at];
  });
  at::Tensor output = at::empty_like(inputs.input);
  const auto* const from = inputs.input.const_data_ptr<Element>();
  const auto* const added = residual.const_data_ptr<Element>();
  auto* const to = output.mutable_data_ptr<Element>();
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    const bool has_relu = true;
    const int64_t first = part / parts.in_group * channels;
    batch_norm::normalise(from + offset, added + offset, rows, factors.data() + first, offsets.data() + first, has_relu,
                          to + offset);
  });
  return output;
}

template <typename Element>
SumGradients sum_gradients(const SumInputs& inputs, const at::Tensor& scale, const at::Tensor& output,
                           const at::Tensor& gradient) {
  const Parts parts = parts_of(inputs.input);
  const int64_t channels = parts.group.channels;
  SumGradients found{.scale = at::empty_like(scale),
                     .passed = {.values = at::empty_like(output),
                                .sums = std::vector<double>(scale.numel()),
                                .products = std::vector<double>(scale.numel()),
                                .scale = scale}};
  const Backward<Element> whole = {.gradient = gradient.const_data_ptr<Element>(),
                                   .output = output.const_data_ptr<Element>(),
                                   .input = inputs.input.const_data_ptr<Element>(),
                                   .passed = found.passed.values.mutable_data_ptr<Element>()};
  const auto* const mean = inputs.statistics.const_data_ptr<float>();
  std::vector<float> sums(parts.count * channels), products(parts.count * channels);
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    batch_norm::gradient_sums(whole.from(offset), rows, mean, sums.data() + part * channels,
                              products.data() + part * channels);
  });
  const std::vector<float> factor = batch_norm::factors_of(inputs.statistics, inputs.weight);
  const auto* const bias = inputs.bias.const_data_ptr<float>();
  auto* const of_scale = found.scale.mutable_data_ptr<float>();
  each_image_and_channel(inputs.input, [&](int64_t at, int64_t channel) {
    const int64_t first = at / channels * parts.in_group;
    double sum = 0, product = 0;
    for (int64_t part = first; part < first + parts.in_group; ++part) {
      sum += sums[part * channels + channel];
      product += products[part * channels + channel];
    }
    found.passed.sums[at] = sum;
    found.passed.products[at] = product;
    of_scale[at] = static_cast<float>(factor[channel] * product + bias[channel] * sum);
  });
  return found;
}

template <typename Element>
NormGradients norm_gradients(const SavedMeans& saved, const PassedGradient& passed, const at::Tensor& of_means) {
  const Parts parts = parts_of(saved.input);
  const int64_t channels = parts.group.channels;
  const at::Tensor means = of_means.to(at::kFloat).contiguous();
  const auto* const of_mean = means.const_data_ptr<float>();
  const auto* const centred = saved.centred.const_data_ptr<double>();
  const auto* const scales = passed.scale.const_data_ptr<float>();
  batch_norm::GradientTotals totals(channels, saved.input.size(0) * parts.group.count);
  each_image_and_channel(saved.input, [&](int64_t at, int64_t channel) {
    totals.sum(channel) += scales[at] * passed.sums[at] + of_mean[at];
    totals.product(channel) += scales[at] * passed.products[at] + of_mean[at] * centred[at];
  });
  NormGradients found{.input = at::empty_like(saved.input),
                      .weight = totals.weight_gradient(saved.statistics),
                      .bias = totals.bias_gradient()};
  if (saved.shared) totals.share(*saved.shared);
  const auto correction = totals.correction(saved.statistics, saved.weight);
  const std::vector<float> factor = batch_norm::factors_of(saved.statistics, saved.weight);
  std::vector<float> factors(passed.sums.size()), offsets(passed.sums.size());
  each_image_and_channel(saved.input, [&](int64_t at, int64_t channel) {
    factors[at] = factor[channel] * scales[at];
    offsets[at] = factor[channel] * of_mean[at] / static_cast<float>(parts.group.count) + correction.offset[channel];
  });
  const Backward<Element> whole = {.gradient = passed.values.const_data_ptr<Element>(),
                                   .output = nullptr,
                                   .input = saved.input.const_data_ptr<Element>(),
                                   .passed = nullptr};
  const auto* const mean = saved.statistics.const_data_ptr<float>();
  auto* const to = found.input.mutable_data_ptr<Element>();
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    const int64_t first = part / parts.in_group * channels;
    batch_norm::input_gradient(whole.from(offset), rows,
                               {.factor = factors.data() + first,
                                .slope = correction.slope.data(),
                                .mean = mean,
                                .offset = offsets.data() + first},
                               to + offset);
  });
  return found;
}

template Means find_means<float>(const at::Tensor&, const BatchNormTensors&);
template Means find_means<c10::BFloat16>(const at::Tensor&, const BatchNormTensors&);
template at::Tensor excited_sum<float>(const SumInputs&, const at::Tensor&, const at::Tensor&);
template at::Tensor excited_sum<c10::BFloat16>(const SumInputs&, const at::Tensor&, const at::Tensor&);
template SumGradients sum_gradients<float>(const SumInputs&, const at::Tensor&, const at::Tensor&, const at::Tensor&);
template SumGradients sum_gradients<c10::BFloat16>(const SumInputs&, const at::Tensor&, const at::Tensor&,
                                                   const at::Tensor&);
template NormGradients norm_gradients<float>(const SavedMeans&, const PassedGradient&, const at::Tensor&);
template NormGradients norm_gradients<c10::BFloat16>(const SavedMeans&, const PassedGradient&, const at::Tensor&);

}  // namespace wsol::excitation
