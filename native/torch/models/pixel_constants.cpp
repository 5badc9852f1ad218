#include "native/torch/models/pixel_constants.h"

#include <ATen/ops/tensor.h>

#include <array>
#include <vector>

namespace wsol {

namespace {

at::Tensor scaled_to_bytes(const std::array<double, 3>& values, c10::Device device) {
  std::vector<float> scaled;
  // In float32, as the images are.
  for (const double value : values) scaled.push_back(static_cast<float>(value) * 255);
  return at::tensor(scaled, at::TensorOptions(at::kFloat).device(device));
}

}  // namespace

PixelConstants::PixelConstants(const PixelStatistics& statistics, c10::Device device)
    : mean(scaled_to_bytes(statistics.mean, device)), deviation(scaled_to_bytes(statistics.deviation, device)) {}

}  // namespace wsol
