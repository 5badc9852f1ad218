#pragma once

#include <memory>

#include "native/torch/heads/head.h"

namespace wsol {

/// Two branches of convolutions, `classifier_A` and `classifier_B`, each 3x3 to 1,024 channels, ReLU, the same again,
/// and 1x1 to the classes (Zhang et al., CVPR 2018). Logits are the spatial means of the last; A's are the prediction.
/// B sees features that are zero where A's map of the class is at least the erase threshold; its logits are there in
/// training only. A class's map is the larger of both branches', each brought to [0, 1] by its own least and largest.
std::unique_ptr<Head> make_acol_head(StateBuilder& builder, const HeadSpec& spec);

}  // namespace wsol
