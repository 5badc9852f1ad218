#include "native/torch/losses/binary_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/one_hot.h>

namespace wsol {

namespace {

/// From logarithms, which neither overflow nor lose what lies close to 0 or 1.
BinaryLogs logs_of(const at::Tensor& logits) {
  return {.present = at::log_sigmoid(logits), .absent = at::log_sigmoid(-logits)};
}

/// Mean over the classes, [N].
at::Tensor entropy_of_each(const BinaryLogs& logs) {
  return -(logs.present.exp() * logs.present + logs.absent.exp() * logs.absent).mean(1);
}

}  // namespace

at::Tensor binary_targets(const at::Tensor& present, at::ScalarType dtype) { return present.to(dtype); }

ImageLosses binary_losses(const at::Tensor& logits, const at::Tensor& targets, const Regularizer& regularizer,
                          double weight) {
  const BinaryLogs logs = logs_of(logits);
  const at::Tensor present =
      (targets.dim() == 1 ? at::one_hot(targets, logits.size(1)) : targets).to(logits.scalar_type());
  const at::Tensor cross_entropy = -(present * logs.present + (1 - present) * logs.absent).mean(1);
  return {.objective = regularizer.binary_objective(logs, cross_entropy, weight),
          .cross_entropy = cross_entropy.detach(),
          .entropy = entropy_of_each({.present = logs.present.detach(), .absent = logs.absent.detach()})};
}

Predictions binary_predictions(const at::Tensor& logits) {
  const BinaryLogs logs = logs_of(logits);
  return {.probabilities = logs.present.exp(), .entropy = entropy_of_each(logs)};
}

}  // namespace wsol
