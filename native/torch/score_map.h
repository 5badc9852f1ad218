#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wsol {

struct ScoreMapSettings {
  /// One of score_map_kinds().
  std::string kind;
  /// `minmax`, `max`, `pas` or `ivr`.
  std::string normalisation;
  /// Side of the square map in pixels after the bicubic resize; 0: the feature map's own size, not resized.
  int64_t size;
  /// int64 [N, K] on the CPU: the classes to draw maps for; nullopt: the `top_k` most probable of each image.
  std::optional<at::Tensor> labels;
  /// At least 1, at most the number of classes; ignored with `labels`.
  int64_t top_k;
};

/// A row of the table of kinds: raw maps [N, K, h, w] in float32 from the feature map [N, D, h, w], the classifier's
/// weight [C, D] and classes int64 [N, K].
struct ScoreMapKind {
  const char* name;
  at::Tensor (*draw)(const at::Tensor& feature_map, const at::Tensor& classifier_weight, const at::Tensor& classes);
};

/// Throws InvalidArgument for a name that is none of score_map_kinds().
const ScoreMapKind& find_score_map_kind(const std::string& name);

/// Names that ScoreMapSettings::kind takes.
std::vector<std::string> score_map_kinds();

/// Throws InvalidArgument naming the field that is wrong; `images` is the batch's size.
void validate(const ScoreMapSettings& settings, int64_t images, int64_t num_classes);

/// Class activation maps: the feature map weighted by the class's row of the linear layer, mean over channels, no bias,
/// no ReLU (Zhou et al., CVPR 2016). `feature_map` [N, D, h, w], `classifier_weight` [C, D], `classes` int64 [N, K];
/// float32 [N, K, h, w].
at::Tensor class_activation_map(const at::Tensor& feature_map, const at::Tensor& classifier_weight,
                                const at::Tensor& classes);

/// Raw maps [N, K, h, w] as they are evaluated: float64, bicubic to size x size (a = -0.75, half-pixel centres; 0: not
/// resized), then normalised into [0, 1]. On the CPU, contiguous. Throws InvalidArgument for an unknown normalisation.
at::Tensor finish_score_maps(const at::Tensor& raw_maps, int64_t size, const std::string& normalisation);

}  // namespace wsol
