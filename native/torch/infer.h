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
  /// In nats, float64 [N].
  at::Tensor entropy;
  /// int32 [N + 1]: the maps of image i are those from offsets[i] to before offsets[i + 1], M in all; undefined without
  /// score maps, as what follows.
  at::Tensor offsets;
  /// int32 [M].
  at::Tensor classes;
  /// float64 [M, mapHeight, mapWidth] in [0, 1].
  at::Tensor score_maps;
  /// What score_maps were resized and normalised from, [M, h, w] of the stage's own size and scale: float32, or float64
  /// where the network is.
  at::Tensor raw_maps;
};

/// Classifies uint8 images [N, H, W, 3] (CPU) in evaluation mode, and draws score maps if asked to. Throws
/// InvalidArgument; the network is left as it was.
Inference infer(Network& network, const at::Tensor& images, Precision precision,
                const std::optional<ScoreMapSettings>& score_map);

}  // namespace wsol
