#include "native/torch/models/layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/linear.h>

#include <string>

#include "native/torch/errors.h"
#include "native/torch/kernels/convolution.h"
#include "native/torch/kernels/excitation/excitation.h"
#include "native/torch/kernels/excitation/excited_norm.h"

namespace wsol {

namespace {

constexpr double kNormEps = 1e-5;
constexpr double kNormMomentum = 0.1;

/// In training on this map. Throws InvalidArgument for one whose values have no variance.
BatchNormTensors tensors_of(const BatchNorm& norm, const at::Tensor& input, const ForwardContext& context) {
  const int64_t values = input.size(0) * input.size(2) * input.size(3);
  if (values < 2) {
    throw InvalidArgument("batch", "more than one value per channel in training", std::to_string(values));
  }
  return {.weight = norm.weight,
          .bias = norm.bias,
          .running_mean = norm.running_mean,
          .running_var = norm.running_var,
          .momentum = kNormMomentum,
          .eps = kNormEps,
          .shared = context.shared_statistics};
}

}  // namespace

at::Tensor Convolution::forward(const at::Tensor& input) const {
  const auto [padded, rest] = pad_for(input, {.kernel = weight.size(2), .stride = stride}, padding, /*value=*/0);
  return convolution(padded, weight, bias, stride, rest);
}

at::Tensor followed(at::Tensor map, const AfterNorm& after) {
  if (after.residual.defined()) map.add_(after.residual);
  return after.relu ? map.relu_() : map;
}

bool is_inference(const ForwardContext& context) {
  return context.mode == Mode::kEvaluation && !at::GradMode::is_enabled();
}

at::Tensor BatchNorm::forward_with(const at::Tensor& input, const ForwardContext& context,
                                   const AfterNorm& after) const {
  const bool training = context.mode == Mode::kTraining;
  if (training) {
    const BatchNormTensors tensors = tensors_of(*this, input, context);
    if (is_normalised_here(input, after)) return batch_norm_in_training(input, tensors, after);
    if (tensors.shared) return followed(shared_batch_norm(input, tensors), after);
  }
  if (is_inference(context) && is_normalised_here(input, after)) {
    const auto [scale, shift] = in_evaluation();
    return scale_and_shift(input, scale.to(at::kFloat), shift.to(at::kFloat), after);
  }
  const bool cudnn_allowed = true;
  return followed(
      at::batch_norm(input, weight, bias, running_mean, running_var, training, kNormMomentum, kNormEps, cudnn_allowed),
      after);
}

at::Tensor BatchNorm::forward_excited(const at::Tensor& input, const ForwardContext& context,
                                      const SqueezeExcitation& excitation, const at::Tensor& residual) const {
  if (is_normalised_here(input, {.residual = residual})) {
    const auto excite = [&](const at::Tensor& means) { return excitation.scale_of(means); };
    return excited_norm_in_training(input, tensors_of(*this, input, context), residual, excite);
  }
  return excitation.forward_add_relu(forward(input, context), residual);
}

ScaleAndShift BatchNorm::in_evaluation() const {
  const at::Tensor scale = weight.to(at::kDouble) / (running_var.to(at::kDouble) + kNormEps).sqrt();
  return {.scale = scale, .shift = bias.to(at::kDouble) - running_mean.to(at::kDouble) * scale};
}

at::Tensor Linear::forward(const at::Tensor& input) const { return at::linear(input, weight.flatten(1), bias); }

at::Tensor SqueezeExcitation::forward_add_relu(const at::Tensor& input, const at::Tensor& residual) const {
  const bool keep_dimensions = true;
  const at::Tensor scale = scale_of(input.mean({2, 3}, keep_dimensions));
  if (is_excited_here(input, scale, residual)) return scale_add_relu(input, scale, residual);
  return (input * scale).add_(residual).relu_();
}

at::Tensor SqueezeExcitation::scale_of(const at::Tensor& means) const {
  return expand.forward(reduce.forward(means).relu_()).sigmoid_();
}

}  // namespace wsol
