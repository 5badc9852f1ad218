#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "native/torch/device.h"
#include "native/torch/models/network.h"
#include "native/torch/score_maps/score_map_settings.h"

namespace wsol {

/// Everything on the CPU, contiguous.
struct Inference {
  /// float32 [N, C].
  at::Tensor logits;
  /// float64 [N, C].
  at::Tensor probabilities;
  /// H(p) in nats, float64 [N].
  at::Tensor entropy;
  /// int32 [N, K]; undefined without score maps.
  at::Tensor classes;
  /// float64 [N, K, mapHeight, mapWidth] in [0, 1]; undefined without score maps.
  at::Tensor score_maps;
  /// What score_maps were resized and normalised from, [N, K, h, w] of the stage's own size and scale: float32, or
  /// float64 where the network is; undefined without score maps.
  at::Tensor raw_maps;
};

/// Classifies uint8 images [N, H, W, 3] (CPU) in evaluation mode, and draws score maps if asked to. Throws
/// InvalidArgument; the network is left as it was.
Inference infer(Network& network, const at::Tensor& images, Precision precision,
                const std::optional<ScoreMapSettings>& score_map);

}  // namespace wsol
