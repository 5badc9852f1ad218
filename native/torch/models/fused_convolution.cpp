#include "native/torch/models/fused_convolution.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/zeros.h>

#include <utility>

#include "native/torch/kernels/convolution.h"
#include "native/torch/kernels/packed_convolution.h"
#include "native/torch/kernels/winograd/convolution.h"

namespace wsol {

FusedConvolution::FusedConvolution(Convolution convolution, std::optional<BatchNorm> norm)
    : convolution_(std::move(convolution)), norm_(std::move(norm)) {}

at::Tensor FusedConvolution::forward(const at::Tensor& input, const ForwardContext& context,
                                     const AfterNorm& after) const {
  if (is_inference(context)) return forward_folded(input, after);
  const at::Tensor convolved = convolve(input, context);
  return norm_ ? norm_->forward_with(convolved, context, after) : followed(convolved, after);
}

at::Tensor FusedConvolution::forward_excited(const at::Tensor& input, const ForwardContext& context,
                                             const SqueezeExcitation& excitation, const at::Tensor& residual) const {
  if (!norm_ || context.mode != Mode::kTraining) return excitation.forward_add_relu(forward(input, context), residual);
  return norm_->forward_excited(convolve(input, context), context, excitation, residual);
}

/// With the weights as they are.
at::Tensor FusedConvolution::convolve(const at::Tensor& input, const ForwardContext& context) const {
  // A training step makes them worthless, and needs the memory.
  if (context.mode == Mode::kTraining) prepared_.clear();
  return convolution_.forward(input);
}

at::Tensor FusedConvolution::forward_folded(const at::Tensor& input, const AfterNorm& after) const {
  const at::Tensor map = as_autocast_wants(input);
  if (is_imitated(map)) {
    const WithoutAutocast in_float32;
    const at::Tensor residual = after.residual.defined() ? after.residual.to(at::kFloat) : at::Tensor();
    return forward_folded(map.to(at::kFloat), {.residual = residual, .relu = after.relu}).to(map.scalar_type());
  }
  Prepared& prepared = prepared_for(map.scalar_type());
  const int64_t stride = convolution_.stride;
  const Window window = {.kernel = convolution_.weight.size(2), .stride = stride};
  const auto [padded, rest] = pad_for(map, window, convolution_.padding, /*value=*/0);
  if (stride == 1 && rest == 1 && winograd::is_worthwhile_transformed(padded, convolution_.weight)) {
    at::Tensor& transformed = prepared.transformed;
    if (!transformed.defined()) transformed = winograd::transform_weight(folded_weight(), prepared.element);
    return winograd::convolve_transformed(padded, transformed, prepared.bias, after);
  }
  const Sliding sliding = {.stride = stride, .padding = rest};
  if (has_packed_convolution(padded)) {
    at::Tensor& packed = prepared.packed;
    if (!packed.defined()) packed = pack_weight(folded_weight().to(prepared.element), padded, sliding);
    return packed_convolution(padded, packed, prepared.bias, sliding, after);
  }
  at::Tensor& plain = prepared.plain;
  if (!plain.defined()) plain = folded_weight().to(prepared.element);
  const at::Tensor bias = prepared.bias.to(prepared.element);
  return followed(at::conv2d(padded, plain, bias, {stride, stride}, {rest, rest}), after);
}

FusedConvolution::Prepared& FusedConvolution::prepared_for(at::ScalarType element) const {
  std::vector<Revision> now = revisions();
  if (now != prepared_of_) {
    prepared_.clear();
    prepared_of_ = std::move(now);
  }
  for (Prepared& prepared : prepared_) {
    if (prepared.element == element) return prepared;
  }
  return prepared_.emplace_back(
      Prepared{.element = element, .bias = folded_bias(), .transformed = {}, .packed = {}, .plain = {}});
}

std::vector<FusedConvolution::Revision> FusedConvolution::revisions() const {
  std::vector<Revision> all;
  const auto add = [&](const at::Tensor& tensor) {
    if (tensor.defined()) all.push_back({tensor.const_data_ptr(), static_cast<uint32_t>(tensor._version())});
  };
  add(convolution_.weight);
  add(convolution_.bias);
  if (!norm_) return all;
  // The counter too: the statistics are moved where nobody counts.
  const auto& [weight, bias, mean, variance, batches] = *norm_;
  for (const at::Tensor* tensor : {&weight, &bias, &mean, &variance, &batches}) add(*tensor);
  return all;
}

/// In float64, so that it is rounded once.
at::Tensor FusedConvolution::folded_weight() const {
  const at::Tensor weight = convolution_.weight.detach();
  if (!norm_) return weight;
  const at::Tensor scale = norm_->in_evaluation().scale.view({-1, 1, 1, 1});
  return (weight.to(at::kDouble) * scale).to(weight.scalar_type());
}

at::Tensor FusedConvolution::folded_bias() const {
  const at::Tensor& weight = convolution_.weight;
  const at::Tensor given = convolution_.bias.defined()
                               ? convolution_.bias.detach()
                               : at::zeros({weight.size(0)}, weight.options().requires_grad(false));
  if (!norm_) return given;
  const auto [scale, shift] = norm_->in_evaluation();
  return (given.to(at::kDouble) * scale + shift).to(weight.scalar_type());
}

}  // namespace wsol
