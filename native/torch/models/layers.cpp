#include "native/torch/models/layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/linear.h>

#include <string>

#include "native/torch/errors.h"
#include "native/torch/kernels/convolution.h"
#include "native/torch/kernels/excitation/excitation.h"

namespace wsol {

namespace {

constexpr double kNormEps = 1e-5;
constexpr double kNormMomentum = 0.1;

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
    const int64_t values = input.size(0) * input.size(2) * input.size(3);
    if (values < 2) {
      throw InvalidArgument("batch", "more than one value per channel in training", std::to_string(values));
    }
    const BatchNormTensors tensors = {.weight = weight,
                                      .bias = bias,
                                      .running_mean = running_mean,
                                      .running_var = running_var,
                                      .momentum = kNormMomentum,
                                      .eps = kNormEps,
                                      .shared = context.shared_statistics};
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

ScaleAndShift BatchNorm::in_evaluation() const {
  const at::Tensor scale = weight.to(at::kDouble) / (running_var.to(at::kDouble) + kNormEps).sqrt();
  return {.scale = scale, .shift = bias.to(at::kDouble) - running_mean.to(at::kDouble) * scale};
}

at::Tensor Linear::forward(const at::Tensor& input) const { return at::linear(input, weight.flatten(1), bias); }

at::Tensor SqueezeExcitation::forward_add_relu(const at::Tensor& input, const at::Tensor& residual) const {
  const bool keep_dimensions = true;
  const at::Tensor squeezed = input.mean({2, 3}, keep_dimensions);
  const at::Tensor scale = expand.forward(reduce.forward(squeezed).relu_()).sigmoid_();
  if (is_excited_here(input, scale, residual)) return scale_add_relu(input, scale, residual);
  return (input * scale).add_(residual).relu_();
}

}  // namespace wsol
