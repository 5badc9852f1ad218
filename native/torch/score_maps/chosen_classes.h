#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/losses/multi_label.h"
#include "native/torch/score_maps/score_map_settings.h"

namespace wsol {

/// Which classes maps are drawn of.
struct ChosenClasses {
  /// int64 [N, K] on the CPU, each a class, those that are not wanted too.
  at::Tensor classes;
  /// bool [N, K] on the CPU.
  at::Tensor is_wanted;

  /// Position of the wanted ones in [N K], int64 [M].
  at::Tensor wanted() const;
  /// int32 [N + 1]: where the wanted ones of each image begin.
  at::Tensor offsets() const;
};

/// Those that the settings name, or the most probable of the logits (CPU, [N, C]).
ChosenClasses choose_classes(const at::Tensor& logits, const ScoreMapSettings& settings, const MultiLabel& multi_label);

}  // namespace wsol
