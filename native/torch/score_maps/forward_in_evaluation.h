#pragma once

#include <ATen/core/Tensor.h>

#include "native/torch/device.h"
#include "native/torch/models/network.h"

namespace wsol {

/// One pass in evaluation mode, in the given precision. `images`: float32 [N, 3, H, W], normalised, on the device.
NetworkOutput forward_in_evaluation(Network& network, const at::Tensor& images, Precision precision,
                                    const FeatureHook& hook = {});

/// [N, C] on the CPU, contiguous, float32, or float64 where the network is.
at::Tensor logits_on_cpu(const at::Tensor& logits);

}  // namespace wsol
