#pragma once

#include <c10/util/BFloat16.h>

#include "native/torch/kernels/channel_rows.h"

namespace wsol::excitation {

/// For neighbouring pixels of one image: writes what passes, the gradient of the residual, and to `scaled` that times
/// the channel's scale, the gradient of the input. Of each channel the sum of what passes * input, the gradient of the
/// scale.
void find_gradients(const Backward<float>& backward, Rows rows, const float* scale, float* scaled, float* products);
void find_gradients(const Backward<c10::BFloat16>& backward, Rows rows, const float* scale, c10::BFloat16* scaled,
                    float* products);

}  // namespace wsol::excitation
