#include "native/torch/kernels/batch_norm/passes.h"

#include <ATen/ops/empty_like.h>

#include <vector>

#include "native/torch/kernels/batch_norm/rows.h"
#include "native/torch/kernels/batch_norm/statistics.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol::batch_norm {

namespace {

template <typename Element>
const Element* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<Element>() : nullptr;
}

}  // namespace

template <typename Element>
Forward forward(const at::Tensor& input, const BatchNormTensors& norm, const AfterNorm& after) {
  const Parts parts(input, /*groups=*/1);
  const at::Tensor statistics = find_statistics(moments_of<Element>(input, parts), parts, norm);
  const Affine affine = affine_of(statistics, norm.weight, norm.bias);
  at::Tensor output = at::empty_like(input);
  const auto* const from = input.const_data_ptr<Element>();
  const auto* const residual = data_or_null<Element>(after.residual);
  auto* const to = output.mutable_data_ptr<Element>();
  parts.each([&](int64_t, Rows rows, int64_t offset) {
    normalise(from + offset, residual == nullptr ? nullptr : residual + offset, rows, affine.factor.data(),
              affine.offset.data(), after.relu, to + offset);
  });
  return {.output = output, .statistics = statistics};
}

template <typename Element>
Gradients backward(const Saved& saved, const at::Tensor& gradient, bool wants_passed) {
  const Parts parts(saved.input, /*groups=*/1);
  const int64_t channels = parts.group.channels;
  at::Tensor passed;
  if (wants_passed) passed = saved.output.defined() ? at::empty_like(gradient) : gradient;
  const Backward<Element> whole = {
      .gradient = gradient.const_data_ptr<Element>(),
      .output = data_or_null<Element>(saved.output),
      .input = saved.input.const_data_ptr<Element>(),
      .passed = wants_passed && saved.output.defined() ? passed.mutable_data_ptr<Element>() : nullptr};
  const auto* const mean = saved.statistics.const_data_ptr<float>();
  std::vector<float> sums(parts.count * channels), products(parts.count * channels);
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    gradient_sums(whole.from(offset), rows, mean, sums.data() + part * channels, products.data() + part * channels);
  });
  GradientTotals totals(channels, parts.group.count);
  for (int64_t channel = 0; channel < channels; ++channel) {
    for (int64_t part = 0; part < parts.count; ++part) {
      totals.sum(channel) += sums[part * channels + channel];
      totals.product(channel) += products[part * channels + channel];
    }
  }
  Gradients found{.input = at::empty_like(saved.input),
                  .weight = totals.weight_gradient(saved.statistics),
                  .bias = totals.bias_gradient(),
                  .passed = passed};
  if (saved.shared) totals.share(*saved.shared);
  const GradientTotals::Correction correction = totals.correction(saved.statistics, saved.weight);
  const std::vector<float> factor = factors_of(saved.statistics, saved.weight);
  const InputGradient of_channels = {
      .factor = factor.data(), .slope = correction.slope.data(), .mean = mean, .offset = correction.offset.data()};
  auto* const to = found.input.mutable_data_ptr<Element>();
  parts.each(
      [&](int64_t, Rows rows, int64_t offset) { input_gradient(whole.from(offset), rows, of_channels, to + offset); });
  return found;
}

template Forward forward<float>(const at::Tensor&, const BatchNormTensors&, const AfterNorm&);
template Forward forward<c10::BFloat16>(const at::Tensor&, const BatchNormTensors&, const AfterNorm&);
template Gradients backward<float>(const Saved&, const at::Tensor&, bool);
template Gradients backward<c10::BFloat16>(const Saved&, const at::Tensor&, bool);

}  // namespace wsol::batch_norm
