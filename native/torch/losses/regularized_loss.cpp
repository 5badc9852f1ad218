#include "native/torch/losses/regularized_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>

#include <cmath>
#include <string_view>

#include "native/torch/errors.h"
#include "native/torch/losses/regularizers.h"

namespace wsol {

namespace {

const Regularizer& find_regularizer(const std::string& name) {
  std::string known;
  for (const Regularizer& regularizer : regularizers()) {
    if (name == regularizer.name) return regularizer;
    known += (known.empty() ? "" : ", ") + std::string(regularizer.name);
  }
  throw InvalidArgument("regularizer", "one of " + known, '"' + name + '"');
}

/// k of PROTOCOL: what the mean over classes and batch is multiplied by.
double reduction_factor(const std::string& reduction, int64_t classes, int64_t batch) {
  if (reduction == "mean") return 1;
  if (reduction == "class-sum") return static_cast<double>(classes);
  if (reduction == "sum") return static_cast<double>(classes * batch);
  throw InvalidArgument("reduction", "mean, class-sum or sum", '"' + reduction + '"');
}

void check_shapes(const at::Tensor& logits, const at::Tensor& targets) {
  if (logits.dim() != 2 || logits.size(0) == 0 || logits.size(1) < 2) {
    throw InvalidArgument("logits", "images x classes, at least 1 x 2", c10::str(logits.sizes()));
  }
  const bool classes = targets.scalar_type() == at::kLong && targets.dim() == 1 && targets.size(0) == logits.size(0);
  const bool distributions = targets.is_floating_point() && targets.sizes() == logits.sizes();
  if (!classes && !distributions) {
    throw InvalidArgument("targets", "a class, or a distribution over the classes, for each of the images",
                          c10::str(targets.scalar_type(), " ", targets.sizes()));
  }
}

}  // namespace

std::vector<std::string> regularizer_names() {
  std::vector<std::string> names;
  for (const Regularizer& regularizer : regularizers()) names.emplace_back(regularizer.name);
  return names;
}

void validate(const LossSettings& settings) {
  const bool smooths = find_regularizer(settings.regularizer).name == std::string_view("label-smoothing");
  const double largest = smooths ? 1 : HUGE_VAL;
  if (!std::isfinite(settings.lambda) || settings.lambda < 0 || settings.lambda > largest) {
    throw InvalidArgument("lambda", smooths ? "a number from 0 to 1" : "a finite number, 0 or more",
                          c10::str(settings.lambda));
  }
  reduction_factor(settings.reduction, 1, 1);
}

LossValue regularized_loss(const at::Tensor& logits, const at::Tensor& targets, const LossSettings& settings) {
  validate(settings);
  check_shapes(logits, targets);
  const Regularizer& regularizer = find_regularizer(settings.regularizer);
  const double factor =
      regularizer.takes_reduction ? reduction_factor(settings.reduction, logits.size(1), logits.size(0)) : 1;
  const at::ScalarType dtype = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor log_p = at::log_softmax(logits, 1, dtype);
  const at::Tensor cross_entropy =
      targets.dim() == 1 ? -log_p.gather(1, targets.unsqueeze(1)).squeeze(1) : -(targets.to(dtype) * log_p).sum(1);
  return {.total = regularizer.objective(log_p, cross_entropy, settings.lambda * factor).mean(),
          .cross_entropy = cross_entropy.detach().mean(),
          .entropy = entropy_of(log_p.detach()).mean()};
}

void validate_labels(const at::Tensor& labels, int64_t classes) {
  const at::Tensor dense = labels.contiguous();
  const int64_t* values = dense.const_data_ptr<int64_t>();
  for (int64_t index = 0; index < dense.numel(); ++index) {
    if (values[index] < 0 || values[index] >= classes) {
      throw InvalidArgument("labels", "classes from 0 to " + std::to_string(classes - 1),
                            std::to_string(values[index]) + " at index " + std::to_string(index));
    }
  }
}

std::optional<double> effective_eps(const LossSettings& settings, int64_t classes, int64_t batch) {
  if (settings.regularizer != "entropy") return std::nullopt;
  const double weight = settings.lambda * reduction_factor(settings.reduction, classes, batch);
  return weight / (1 + weight);
}

}  // namespace wsol
