#pragma once

#include <cstdint>

#include "native/metrics/contours/level_plane.h"

namespace wsol {

struct Pixel {
  int32_t x, y;

  bool operator==(const Pixel&) const = default;
};

/// Twice the area of the polygon through the outer border pixels of an 8-connected component of {level >= v}, holes
/// filled: follows the border once around. `first` is the component's first pixel in raster order.
int64_t doubled_outline_area(const LevelPlane& plane, int level, Pixel first);

}  // namespace wsol
