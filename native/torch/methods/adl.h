#pragma once

#include "native/torch/methods/method.h"

namespace wsol {

/// Attention-based dropout layer (Choe and Shim, CVPR 2019): drops where an image attends most.
FeatureHook make_adl_hook(const MethodSettings& settings, at::Generator generator);

}  // namespace wsol
