#pragma once

#include <cstdint>
#include <vector>

#include "native/metrics/box.h"

namespace wsol::plain {

/// Boxes by their definition (docs/evaluation.md): one binary mask, flood fill, every pixel looked at.
struct MaskBoxes {
  Box largest;
  /// Sorted.
  std::vector<Box> all;
};

MaskBoxes boxes_of_mask(const std::vector<uint8_t>& levels, int width, int height, int threshold_level);

}  // namespace wsol::plain
