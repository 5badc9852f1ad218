#include "native/metrics/contours/level_plane.h"

#include <algorithm>

namespace wsol {

void LevelPlane::fill(std::span<const uint8_t> levels, int width, int height, uint8_t flip) {
  if (width != width_ || height != height_) {
    width_ = width;
    height_ = height;
    // The right part of the frame is as wide as a vector, so that loops may run over the end of a row.
    stride_ = kLeft + (width + 16 + 15) / 16 * 16;
    bytes_.assign(static_cast<size_t>(stride_ * (height + 2)), 0);
  }
  for (int y = 0; y < height; ++y) {
    const uint8_t* in = levels.data() + std::ptrdiff_t{y} * width;
    uint8_t* out = bytes_.data() + (y + 1) * stride_ + kLeft;
    for (int x = 0; x < width; ++x) out[x] = in[x] ^ flip;
  }
}

}  // namespace wsol
