#pragma once

#include <cstdint>
#include <optional>

#include "native/torch/device.h"
#include "native/torch/distributed/settings.h"
#include "native/torch/losses/regularized_loss.h"
#include "native/torch/methods/method.h"
#include "native/torch/share.h"
#include "native/torch/train/sgd.h"

namespace wsol {

struct OptimSettings {
  SgdSettings sgd;
  /// Learning-rate factor of the classifier's parameter group.
  double classifier_lr_multiplier;
};

/// What happens to the images of a batch.
struct AugmentationSettings {
  /// Side of the random crop in pixels; at most the batch's height and width.
  int64_t crop_size;
  /// Probability of a horizontal flip.
  double flip;
};

/// The configuration's sections, as far as a step needs them.
struct TrainerSettings {
  LossSettings loss;
  MethodSettings method;
  OptimSettings optim;
  AugmentationSettings data;
  /// All random draws of step t are a function of (seed, t, share).
  uint64_t seed;
  /// Of every batch.
  Share share;
  Precision precision;
  DistributedSettings distributed = {};
  /// Whether queue_step() tells of the step before; not given: where the device works beside the processor. Not where
  /// several processes train together, which agree on each step.
  std::optional<bool> reads_late = std::nullopt;
};

/// Throws InvalidArgument naming the setting that is wrong.
void validate(const TrainerSettings& settings);

}  // namespace wsol
