#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "native/metrics/box.h"
#include "native/metrics/contours/component_forest.h"
#include "native/metrics/contours/holes.h"
#include "native/metrics/contours/largest_contour.h"
#include "native/metrics/contours/level_plane.h"

namespace wsol {

/// kExtent: first and last pixel of the component of largest contour area; kLargest: its box as the reference gives it.
enum class BoxRule { kExtent, kLargest, kAll };

/// The boxes of all contours of a map at all thresholds. Foreground at threshold level T is {level > T}, the components
/// of level v = T + 1. The memory is kept from map to map.
class ScoreMapBoxes {
 public:
  /// `levels`: height x width from quantise(), `largest_level` the largest of them.
  void find(std::span<const uint8_t> levels, int width, int height, uint8_t largest_level);

  int largest_level() const { return largest_level_; }

  /// Box of the contour of largest area at threshold level `level`; kEmptyMapBox where nothing is foreground.
  Box largest(int level) const {
    const Box* pixels = largest_extent(level);
    return pixels == nullptr ? kEmptyMapBox : component_box(*pixels);
  }

  /// First and last pixel of that component; nullptr where nothing is foreground.
  const Box* largest_extent(int level) const { return level < largest_level_ ? largest_.at(level + 1) : nullptr; }

  /// Calls `visit(box, lowest, highest)` for each contour box and the threshold levels through which it stays the same.
  template <typename Visit>
  void for_each_contour(Visit&& visit) const {
    for (const BoxLife& life : foreground_.lives()) visit(component_box(life.box), life.last - 1, life.first - 1);
    for (const HoleLife& hole : holes_.lives()) visit(hole_box(hole.box), hole.lowest - 1, hole.highest - 1);
  }

 private:
  /// The reference's boxes end one pixel later, unless the map does.
  Box component_box(const Box& pixels) const {
    return {.x0 = pixels.x0,
            .y0 = pixels.y0,
            .x1 = std::min(pixels.x1 + 1, plane_.width() - 1),
            .y1 = std::min(pixels.y1 + 1, plane_.height() - 1)};
  }
  /// The contour of a hole runs through the pixels around it.
  Box hole_box(const Box& pixels) const {
    return component_box({.x0 = pixels.x0 - 1, .y0 = pixels.y0 - 1, .x1 = pixels.x1 + 1, .y1 = pixels.y1 + 1});
  }

  LevelPlane plane_, complement_;
  ComponentForest foreground_, background_;
  Holes holes_;
  LargestContour largest_;
  int largest_level_ = 0;
};

/// The boxes at one threshold, sorted: of the largest contour, or of all. Where nothing is foreground: no extent, and
/// kEmptyMapBox alone by the other rules.
std::vector<Box> boxes_at_level(std::span<const uint8_t> levels, int width, int height, int threshold_level,
                                BoxRule rule);

}  // namespace wsol
