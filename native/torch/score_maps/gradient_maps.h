#pragma once

#include "native/torch/score_maps/score_map_kind.h"

// Kinds that weigh a stage's feature map by the gradient of a class's logit with respect to it.

namespace wsol {

/// Channel weights are the spatial means of the gradient; sum over channels, ReLU (Selvaraju et al., ICCV 2017).
RawScoreMaps draw_grad_cam(const ScoreMapRequest& request);

}  // namespace wsol
