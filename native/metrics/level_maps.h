#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/metrics/score_maps.h"

namespace wsol {

/// Score maps as levels, trunc(score * 255): all that box metrics look at, in an eighth of the memory.
struct LevelMaps {
  /// count x height x width.
  std::span<const uint8_t> levels;
  /// The largest level of each map.
  std::vector<uint8_t> largest;
  size_t count;
  int height, width;

  size_t pixels() const { return static_cast<size_t>(height) * static_cast<size_t>(width); }
  std::span<const uint8_t> of(size_t image) const { return levels.subspan(image * pixels(), pixels()); }
};

/// Writes the levels to `levels`, which has a place for each score; `threads` 0: all cores. Another thread may write to
/// the maps meanwhile: the levels are then unspecified. Throws InvalidScoreMap for the first map that holds NaN or a
/// value outside [0, 1].
LevelMaps quantise(const ScoreMaps& maps, std::span<uint8_t> levels, unsigned threads);

}  // namespace wsol
