#include "native/torch/train/sgd.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/empty_like.h>

#include <cmath>

#include "native/torch/errors.h"

namespace wsol {

namespace {

void check_at_least_zero(const char* parameter, double value) {
  if (!std::isfinite(value) || value < 0)
    throw InvalidArgument(parameter, "a finite number, 0 or more", c10::str(value));
}

/// The update walks parameter and gradient as flat memory, so both need one layout.
at::Tensor in_layout_of(const at::Tensor& parameter, const at::Tensor& gradient) {
  return gradient.strides() == parameter.strides() ? gradient : at::empty_like(parameter).copy_(gradient);
}

}  // namespace

Sgd::Sgd(std::vector<at::Tensor> parameters, const SgdSettings& settings)
    : parameters_(std::move(parameters)), settings_(settings) {
  check_at_least_zero("momentum", settings.momentum);
  check_at_least_zero("weightDecay", settings.weight_decay);
  if (settings.nesterov && settings.momentum == 0) throw InvalidArgument("nesterov", "false without momentum", "true");
}

void Sgd::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) throw Error("expected gradients of a forward and backward pass, got none");
    gradients.push_back(in_layout_of(parameter, parameter.grad()));
  }
  const bool first = momentum_buffers_.empty();
  if (first && settings_.momentum != 0) {
    for (const at::Tensor& parameter : parameters_) momentum_buffers_.push_back(at::empty_like(parameter).detach());
  }
  const double dampening = 0;
  const bool maximize = false;
  at::_fused_sgd_(parameters_, gradients, momentum_buffers_, settings_.weight_decay, settings_.momentum, learning_rate,
                  dampening, settings_.nesterov, maximize, first);
  drop_gradients();
}

void Sgd::drop_gradients() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

}  // namespace wsol
