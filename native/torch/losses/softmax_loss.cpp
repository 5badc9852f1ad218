#include "native/torch/losses/softmax_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>

namespace wsol {

at::Tensor softmax_targets(const at::Tensor& present, at::ScalarType dtype) {
  const bool keep_dimension = true;
  const at::Tensor ones = present.to(dtype);
  return ones / ones.sum(1, keep_dimension);
}

ImageLosses softmax_losses(const at::Tensor& logits, const at::Tensor& targets, const Regularizer& regularizer,
                           double weight) {
  const at::Tensor log_p = at::log_softmax(logits, 1);
  const at::Tensor cross_entropy = targets.dim() == 1 ? -log_p.gather(1, targets.unsqueeze(1)).squeeze(1)
                                                      : -(targets.to(log_p.scalar_type()) * log_p).sum(1);
  return {.objective = regularizer.objective(log_p, cross_entropy, weight),
          .cross_entropy = cross_entropy.detach(),
          .entropy = entropy_of(log_p.detach())};
}

Predictions softmax_predictions(const at::Tensor& logits) {
  const at::Tensor log_p = at::log_softmax(logits, 1);
  return {.probabilities = log_p.exp(), .entropy = entropy_of(log_p)};
}

}  // namespace wsol
