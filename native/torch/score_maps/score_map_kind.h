#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>

#include "native/torch/device.h"
#include "native/torch/models/network.h"

namespace wsol {

/// What a kind of score map draws from.
struct ScoreMapRequest {
  Network& network;
  /// float32 [N, 3, H, W], normalised, on the network's device.
  const at::Tensor& images;
  Precision precision;
  /// The stage whose output the maps are of, 1 to kNumStages.
  int64_t stage;
  /// Classes int64 [N, K] on the CPU, each from 0 on, given the logits: they may be the most probable ones.
  std::function<at::Tensor(const at::Tensor& logits)> choose_classes;
};

/// Raw maps, before resize and normalisation.
struct RawScoreMaps {
  /// [N, C] on the CPU, float32, or float64 where the network is.
  at::Tensor logits;
  /// int64 [N, K] on the CPU.
  at::Tensor classes;
  /// [N, K, h, w] on the network's device.
  at::Tensor maps;
};

/// A row of the table of kinds. It makes its own forward pass, in evaluation mode, and sets its own gradient mode.
struct ScoreMapKind {
  const char* name;
  RawScoreMaps (*draw)(const ScoreMapRequest& request);
  /// Whether it draws maps of inner stages too.
  bool takes_any_stage;
  /// Whether it draws from the gradient of a logit; else it is the head's own map.
  bool needs_gradient;
};

std::span<const ScoreMapKind> score_map_kinds();

}  // namespace wsol
