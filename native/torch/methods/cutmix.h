#pragma once

#include "native/torch/methods/method.h"

namespace wsol {

/// CutMix (Yun et al., ICCV 2019): pastes one box of other images of the batch into each, and mixes the targets by
/// area. `labels` stay those of the images that were pasted into.
void cutmix(TrainingBatch& batch, const MethodSettings& settings, at::Generator generator);

/// What a batch is mixed with.
struct Mixture {
  /// Share of the image that is pasted into, before the box is cut at the border.
  double share;
  /// Of the box, in pixels.
  int64_t centre_x;
  int64_t centre_y;
  /// int64 [N]: the image that each gets its box from.
  at::Tensor partners;
};

/// Sides of the box: those of the image times sqrt(1 - share), truncated; half a side, rounded down, to each side of
/// the centre, cut at the border. The targets become distributions, mixed by the area that the box really has.
void mix(TrainingBatch& batch, const Mixture& mixture);

}  // namespace wsol
