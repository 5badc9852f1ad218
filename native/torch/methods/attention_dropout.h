#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>

#include "native/torch/models/forward_context.h"

namespace wsol {

/// From the attention of each image [N, 1, h, w], in float32 or wider, to where features are kept: bool of that shape.
using KeepMask = std::function<at::Tensor(const at::Tensor& attention)>;

/// What ADL and RDAP share. Behind the first block of stage 3 and the first and last of stage 4, the attention is the
/// mean over channels; with probability `drop_rate`, drawn once for each of these places, features are kept where
/// `keep_mask` says so, else multiplied by the sigmoid of the attention. The gradient flows through the attention too.
FeatureHook make_attention_hook(double drop_rate, KeepMask keep_mask, at::Generator generator);

}  // namespace wsol
