#pragma once

#include <cstdint>
#include <vector>

#include "native/metrics/contours/component_forest.h"
#include "native/metrics/contours/level_plane.h"

namespace wsol {

/// Contour areas without the holes, for every component of a forest at every level. The area is counted in windows of
/// 2x2 pixels: 1 for four set pixels, 1/2 for three. So a window adds one half at the level of its lowest pixel and
/// another at that of its second lowest.
class WindowAreas {
 public:
  void count(const LevelPlane& plane, const ComponentForest& forest);

  /// Half windows that become part of the component at exactly this level; `level` within the component's levels.
  uint32_t growth(uint32_t component, int level) const {
    return growth_[last_slot_[component] - static_cast<size_t>(level)];
  }

 private:
  void assign_slots(const ComponentForest& forest);
  /// Counts levels of windows that belong to `component` or, where it has ended, to what it has become part of.
  void add(const ComponentForest& forest, uint32_t component, const uint8_t* levels, int count);

  /// Slot of level 0 of each component; its higher levels lie before it.
  std::vector<size_t> last_slot_;
  std::vector<uint32_t> growth_;
  std::vector<uint8_t> lowest_, second_lowest_;
};

}  // namespace wsol
