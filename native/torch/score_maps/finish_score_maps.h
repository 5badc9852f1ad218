#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "native/metrics/normalisation.h"

namespace wsol {

/// Raw maps [N, K, h, w] as they are evaluated: float64, bicubic to size x size (a = -0.75, half-pixel centres; 0: not
/// resized), then normalised into [0, 1], on as many threads as LibTorch has here. On the CPU, contiguous; `raw_maps`
/// stays as it is.
at::Tensor finish_score_maps(const at::Tensor& raw_maps, int64_t size, const Normalisation& normalisation);

}  // namespace wsol
