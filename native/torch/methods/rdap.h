#pragma once

#include "native/torch/methods/method.h"

namespace wsol {

/// Region-based dropout with attention prior (Choe et al., Pattern Recognition 2021), published only in words: ADL's
/// places and draws, but one square around the largest attention is dropped.
FeatureHook make_rdap_hook(const MethodSettings& settings, at::Generator generator);

/// Where the square is not: bool of the shape of `attention` [N, 1, h, w]. Its side is `block_size`, 0: the largest odd
/// number within a third of the map's shorter side, at least 1; an even side reaches one further up and left. Its
/// centre is the attention's first maximum in raster order.
at::Tensor keep_around_peak(const at::Tensor& attention, int64_t block_size);

}  // namespace wsol
