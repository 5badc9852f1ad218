#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "native/torch/models/network_spec.h"

namespace wsol {

/// In a list of classes: an image has no further one.
inline constexpr int64_t kNoClass = -1;

struct ScoreMapSettings {
  /// A row of score_map_kinds().
  std::string kind;
  /// The stage whose output is drawn, 1 to 4; only 4 for `cam`.
  int64_t stage;
  /// A row of normalisations().
  std::string normalisation;
  /// Side of the square map in pixels after the bicubic resize; 0: the feature map's own size, not resized.
  int64_t size;
  /// int64 [N, K] on the CPU: the classes to draw maps for, -1 behind those of an image that has fewer than K, one at
  /// least; nullopt: the `top_k` most probable of each image.
  std::optional<at::Tensor> labels;
  /// At least 1, at most the number of classes; ignored with `labels`.
  int64_t top_k;
  /// Of the `top_k`, beside the most probable one, only those of at least this probability; 0: all.
  double min_probability;
};

/// Throws InvalidArgument naming the field that is wrong; `images` is the batch's size.
void validate(const ScoreMapSettings& settings, int64_t images, const NetworkSpec& network);

}  // namespace wsol
