#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "native/torch/losses/regularizers.h"

namespace wsol {

/// What logits [N, C] say.
struct Predictions {
  /// Of each class, [N, C].
  at::Tensor probabilities;
  /// In nats, of each image, [N].
  at::Tensor entropy;
};

/// The parts of the loss of each image, [N].
struct ImageLosses {
  /// What is minimised.
  at::Tensor objective;
  /// With the targets as given.
  at::Tensor cross_entropy;
  at::Tensor entropy;
};

/// A row of the table of losses for images of several classes, which take one class too.
struct MultiLabel {
  const char* name;
  /// What the loss is taken against where an image has several classes: of `present` (bool [N, C]), in `dtype`.
  at::Tensor (*targets)(const at::Tensor& present, at::ScalarType dtype);
  /// `logits` in float32 or wider; `targets` int64 classes [N], or [N, C] as `targets` makes them or mixtures of such.
  ImageLosses (*losses)(const at::Tensor& logits, const at::Tensor& targets, const Regularizer& regularizer,
                        double weight);
  /// In the dtype of the logits.
  Predictions (*predict)(const at::Tensor& logits);
  bool (*takes)(const Regularizer& regularizer);
};

/// `softmax`: one distribution over the classes, whose targets are uniform over those present. `bce`: a sigmoid for
/// each class; cross-entropy, term and entropy are means over the classes.
std::span<const MultiLabel> multi_labels();

}  // namespace wsol
