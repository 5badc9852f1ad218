#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "native/torch/models/network_spec.h"

namespace wsol {

/// Statistics of pixels from 0 to 255, float32 [3], on the device: made once, as making them waits for it.
struct PixelConstants {
  explicit PixelConstants(const PixelStatistics& statistics, c10::Device device = c10::Device(c10::kCPU));

  at::Tensor mean;
  at::Tensor deviation;
};

}  // namespace wsol
