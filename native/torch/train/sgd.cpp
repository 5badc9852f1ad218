#include "native/torch/train/sgd.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <optional>

#include "native/torch/errors.h"

namespace wsol {

namespace {

void check_at_least_zero(const char* parameter, double value) {
  if (!std::isfinite(value) || value < 0)
    throw InvalidArgument(parameter, "a finite number, 0 or more", c10::str(value));
}

/// Whether both walk flat memory alike: strides of sides of size 1 are never walked.
bool is_laid_out_alike(const at::Tensor& a, const at::Tensor& b) {
  for (int64_t axis = 0; axis < a.dim(); ++axis) {
    if (a.size(axis) != 1 && a.stride(axis) != b.stride(axis)) return false;
  }
  return true;
}

/// The update walks parameter and gradient as flat memory, and asks for equal strides.
at::Tensor in_layout_of(const at::Tensor& parameter, const at::Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  if (is_laid_out_alike(gradient, parameter)) return gradient.as_strided(parameter.sizes(), parameter.strides());
  return at::empty_like(parameter).copy_(gradient);
}

}  // namespace

void validate(const SgdSettings& settings) {
  check_at_least_zero("momentum", settings.momentum);
  check_at_least_zero("weightDecay", settings.weight_decay);
  if (settings.nesterov && settings.momentum == 0) throw InvalidArgument("nesterov", "false without momentum", "true");
}

Sgd::Sgd(std::vector<at::Tensor> parameters, const SgdSettings& settings)
    : parameters_(std::move(parameters)), settings_(settings) {
  validate(settings);
}

void Sgd::step(double learning_rate) {
  prepare();
  apply(learning_rate);
}

void Sgd::prepare() {
  const at::NoGradGuard no_grad;
  gradients_.clear();
  new_momentum_buffers_.clear();
  for (const at::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) throw Error("expected gradients of a forward and backward pass, got none");
    gradients_.push_back(in_layout_of(parameter, parameter.grad()));
    if (has_momentum() && momentum_buffers_.empty()) {
      new_momentum_buffers_.push_back(at::empty_like(parameter).detach());
    }
  }
}

void Sgd::apply(double learning_rate, const at::Tensor& found_inf) {
  const at::NoGradGuard no_grad;
  const bool first = momentum_buffers_.empty();
  if (first) momentum_buffers_ = std::move(new_momentum_buffers_);
  const double dampening = 0;
  const bool maximize = false;
  at::_fused_sgd_(parameters_, gradients_, momentum_buffers_, settings_.weight_decay, settings_.momentum, learning_rate,
                  dampening, settings_.nesterov, maximize, first, /*grad_scale=*/std::nullopt,
                  found_inf.defined() ? std::optional(found_inf) : std::nullopt);
  // It does not count as a write by itself, and who keeps something made of the weights looks at that.
  for (const at::Tensor& parameter : parameters_) parameter.unsafeGetTensorImpl()->bump_version();
  drop_gradients();
}

void Sgd::ensure_momentum_buffers() {
  const at::NoGradGuard no_grad;
  if (!has_momentum() || !momentum_buffers_.empty()) return;
  for (const at::Tensor& parameter : parameters_) momentum_buffers_.push_back(at::zeros_like(parameter));
}

void Sgd::drop_gradients() {
  gradients_.clear();
  new_momentum_buffers_.clear();
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

}  // namespace wsol
