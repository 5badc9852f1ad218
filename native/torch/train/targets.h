#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/models/network_spec.h"

namespace wsol {

/// What a batch is trained against.
struct Targets {
  /// int64 [N]: predictions count as correct against these.
  at::Tensor labels;
  /// Floating point [N, C], each row at least 0 and summing to 1: what the loss is taken against; undefined: `labels`.
  at::Tensor distributions;
  /// bool [N, C], where images have several classes: which they have, at least one each. The others are then undefined.
  at::Tensor present;
};

/// Throws InvalidArgument unless a network of this kind can be trained on the images against the targets.
void check_batch(const at::Tensor& images, const Targets& targets, const NetworkSpec& network);

}  // namespace wsol
