#pragma once

#include <memory>

#include "native/torch/heads/head.h"

namespace wsol {

/// Global average pooling and one linear layer; its maps are class_activation_map.
std::unique_ptr<Head> make_linear_head(StateBuilder& builder, const HeadSpec& spec);

/// Class activation maps: the feature map weighted by the class's row of the linear layer, mean over channels, no bias,
/// no ReLU (Zhou et al., CVPR 2016). `feature_map` [N, D, h, w], `classifier_weight` [C, D], `classes` int64 [N, K];
/// [N, K, h, w], in float32, or float64 where the weights are.
at::Tensor class_activation_map(const at::Tensor& feature_map, const at::Tensor& classifier_weight,
                                const at::Tensor& classes);

}  // namespace wsol
