#pragma once

#include <ATen/core/Tensor.h>

#include <array>

#include "native/torch/device.h"
#include "native/torch/models/network.h"

namespace wsol {

/// Of each stage the features [N, D, h, w] that its last block gives, on the CPU, contiguous, float32, or float64 where
/// the network is. The last stage's have passed the final norm and its ReLU, where the backbone has them.
using StageFeatures = std::array<at::Tensor, kNumStages>;

/// The features of uint8 images [N, H, W, 3] (CPU) in evaluation mode. Throws InvalidArgument; the network is left as
/// it was.
StageFeatures stage_features(Network& network, const at::Tensor& images, Precision precision);

}  // namespace wsol
