#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "native/metrics/box.h"
#include "native/metrics/contours/score_map_boxes.h"

namespace wsol {

/// The IoU levels of the box metrics.
inline constexpr std::array<double, 3> kIouLevels = {0.3, 0.5, 0.7};
/// Position of 0.5 among them, the level of GT-known and Top-1 Loc.
inline constexpr size_t kGtKnownLevel = 1;

/// What one map's boxes hit, per threshold level 0 .. the map's largest level. Bit d of a set of hits stands for
/// kIouLevels[d].
struct LevelHits {
  static constexpr size_t kLevels = 256;

  std::array<uint8_t, kLevels> largest;
  std::array<uint8_t, kLevels> all;
  /// Best IoU of the largest-contour box.
  std::array<double, kLevels> largest_iou;
  /// The map's own; at this level, the last one filled in, nothing is foreground.
  int largest_level;
};

/// A box hits a level when its best IoU over the true boxes is at least the level (the reference's rule).
void count_hits(const ScoreMapBoxes& boxes, std::span<const Box> truth, LevelHits& hits);

}  // namespace wsol
