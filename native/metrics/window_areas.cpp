#include "native/metrics/window_areas.h"

#include <algorithm>

namespace wsol {

void WindowAreas::count(const LevelPlane& plane, const ComponentForest& forest) {
  assign_slots(forest);
  const int width = plane.width();
  lowest_.resize(static_cast<size_t>(width));
  second_lowest_.resize(static_cast<size_t>(width));
  const RowSegments& segments = forest.segments();
  for (int row = 0; row + 1 < plane.height(); ++row) {
    const uint8_t* upper = plane.row(row);
    const uint8_t* lower = plane.row(row + 1);
    for (int x = 0; x + 1 < width; ++x) {
      const uint8_t upper_low = std::min(upper[x], upper[x + 1]), upper_high = std::max(upper[x], upper[x + 1]);
      const uint8_t lower_low = std::min(lower[x], lower[x + 1]), lower_high = std::max(lower[x], lower[x + 1]);
      lowest_[static_cast<size_t>(x)] = std::min(upper_low, lower_low);
      second_lowest_[static_cast<size_t>(x)] =
          std::min(std::max(upper_low, lower_low), std::min(upper_high, lower_high));
    }
    for (uint32_t index = segments.first_of(row); index < segments.first_of(row + 1); ++index) {
      const Segment& segment = segments[index];
      const uint32_t named = forest.component_at(index, segment.peak);
      const auto add = [&](int level) {
        if (level == 0) return;
        const uint32_t component = forest.component_at(named, level);
        ++growth_[last_slot_[component] - static_cast<size_t>(level)];
      };
      // Between two segments the right pixel is the higher one, so the window is its.
      for (int x = std::max(segment.begin, 1) - 1; x + 1 < segment.end; ++x) {
        add(second_lowest_[static_cast<size_t>(x)]);
        add(lowest_[static_cast<size_t>(x)]);
      }
    }
  }
}

void WindowAreas::assign_slots(const ComponentForest& forest) {
  const RowSegments& segments = forest.segments();
  last_slot_.resize(segments.size());
  size_t slots = 0;
  for (uint32_t component = 0; component < segments.size(); ++component) {
    const int levels = segments[component].peak - forest.ended_at(component);
    if (levels == 0) continue;
    last_slot_[component] = slots + segments[component].peak;
    slots += static_cast<size_t>(levels);
  }
  growth_.assign(slots, 0);
}

}  // namespace wsol
