#pragma once

#include "native/torch/score_maps/score_map_kind.h"

namespace wsol {

/// The head's own maps of the classes; for the linear head class activation maps (Zhou et al., CVPR 2016).
RawScoreMaps draw_cam(const ScoreMapRequest& request);

}  // namespace wsol
