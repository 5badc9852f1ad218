#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/torch/share.h"

namespace wsol {

/// Weight and shape of the term that is added to the cross-entropy.
struct LossSettings {
  /// A row of regularizers().
  std::string regularizer;
  /// Weight of the term, 0 or more; for `label-smoothing` its eps, at most 1.
  double lambda;
  /// `mean`: the term is a mean over classes and batch; `class-sum`: times C; `sum`: times C times the batch size.
  /// `label-smoothing` adds no term and ignores it.
  std::string reduction;
  /// A row of multi_labels().
  std::string multi_label;
};

/// Scalars on the logits' device, float32 (float64 where the logits are).
struct LossValue {
  /// What is minimised; carries the graph.
  at::Tensor total;
  /// H(y, p), batch mean, with the targets as given; detached.
  at::Tensor cross_entropy;
  /// Of the predictions in nats, batch mean; detached.
  at::Tensor entropy;
};

/// Names that LossSettings::reduction takes.
std::vector<std::string> reduction_names();

/// Throws InvalidArgument naming the field that is wrong.
void validate(const LossSettings& settings);

/// H(y, p) + lambda * R(p), from logarithms in float32, or float64 where the logits are; finite with finite gradients
/// for logits of +-1e4. `entropy` is KL(u || p) with a plus sign: Hwang et al., Pattern Recognition Letters 2023; with
/// `bce` the mean over the classes of KL(1/2 || p). `logits`: [N, C]. `targets`: int64 classes [N], or floating point
/// [N, C]: distributions over the classes, with `bce` how much each class is present.
/// `share` is the part of the batch that these are: `sum` multiplies by the whole one's size.
/// Classes out of range are the caller's to refuse (a check here would stall a GPU): see validate_labels.
LossValue regularized_loss(const at::Tensor& logits, const at::Tensor& targets, const LossSettings& settings,
                           const Share& share = kWholeBatch);

/// What the loss is taken against where images have several classes: of bool [N, C], in `dtype`.
at::Tensor targets_of_present(const at::Tensor& present, const LossSettings& settings, at::ScalarType dtype);

/// Throws InvalidArgument naming the first of `labels` (CPU, int64, any shape) outside 0 .. classes - 1.
void validate_labels(const at::Tensor& labels, int64_t classes);

/// Throws InvalidArgument unless `distributions` (CPU) is floating point [images, classes], each row at least 0 and
/// summing to 1 within rounding.
void validate_distributions(const at::Tensor& distributions, int64_t images, int64_t classes);

/// lambda k / (1 + lambda k) with k = 1, C or C B by reduction: the label smoothing that `entropy` amounts to; nullopt
/// for the other regularizers.
std::optional<double> effective_eps(const LossSettings& settings, int64_t classes, int64_t batch);

}  // namespace wsol
