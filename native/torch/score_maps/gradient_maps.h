#pragma once

#include "native/torch/score_maps/score_map_kind.h"

// Kinds that weigh a stage's feature map by the gradient of a class's logit with respect to it.

namespace wsol {

/// Channel weights are the spatial means of the gradient; sum over channels, ReLU (Selvaraju et al., ICCV 2017).
RawScoreMaps draw_grad_cam(const ScoreMapRequest& request);

/// Channel weights are spatial sums of the positive gradient, each value weighed by g^2 / (2 g^2 + g^3 times the sum of
/// the channel's features) with an eps in the divisor, 0 where g is; sum over channels, ReLU (Chattopadhyay et al.,
/// WACV 2018).
RawScoreMaps draw_grad_cam_plus_plus(const ScoreMapRequest& request);

/// Each feature is weighed by its own positive gradient; sum over channels, ReLU (Jiang et al., TIP 2021).
RawScoreMaps draw_layer_cam(const ScoreMapRequest& request);

}  // namespace wsol
