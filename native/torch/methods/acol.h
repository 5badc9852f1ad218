#pragma once

#include "native/torch/methods/method.h"

namespace wsol {

/// Adversarial complementary learning (Zhang et al., CVPR 2018) lies wholly in its head.
HeadSettings choose_acol_head(const MethodSettings& settings);

}  // namespace wsol
