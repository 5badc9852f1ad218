#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "native/torch/models/network_spec.h"

namespace wsol {

struct ScoreMapSettings {
  /// A row of score_map_kinds().
  std::string kind;
  /// The stage whose output is drawn, 1 to 4; only 4 for `cam`.
  int64_t stage;
  /// A row of normalisations().
  std::string normalisation;
  /// Side of the square map in pixels after the bicubic resize; 0: the feature map's own size, not resized.
  int64_t size;
  /// int64 [N, K] on the CPU: the classes to draw maps for; nullopt: the `top_k` most probable of each image.
  std::optional<at::Tensor> labels;
  /// At least 1, at most the number of classes; ignored with `labels`.
  int64_t top_k;
};

/// Throws InvalidArgument naming the field that is wrong; `images` is the batch's size.
void validate(const ScoreMapSettings& settings, int64_t images, const NetworkSpec& network);

}  // namespace wsol
