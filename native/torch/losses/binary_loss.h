#pragma once

#include "native/torch/losses/multi_label.h"

namespace wsol {

at::Tensor binary_targets(const at::Tensor& present, at::ScalarType dtype);

ImageLosses binary_losses(const at::Tensor& logits, const at::Tensor& targets, const Regularizer& regularizer,
                          double weight);

Predictions binary_predictions(const at::Tensor& logits);

}  // namespace wsol
