#pragma once

#include "native/torch/losses/multi_label.h"

namespace wsol {

at::Tensor softmax_targets(const at::Tensor& present, at::ScalarType dtype);

ImageLosses softmax_losses(const at::Tensor& logits, const at::Tensor& targets, const Regularizer& regularizer,
                           double weight);

Predictions softmax_predictions(const at::Tensor& logits);

}  // namespace wsol
