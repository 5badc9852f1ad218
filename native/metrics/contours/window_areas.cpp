#include "native/metrics/contours/window_areas.h"

#include <algorithm>

namespace wsol {

namespace {

/// The lowest and the second lowest level of each window between two rows.
void find_two_lowest(const uint8_t* upper, const uint8_t* lower, int windows, uint8_t* __restrict lowest,
                     uint8_t* __restrict second_lowest) {
  for (int x = 0; x < windows; ++x) {
    const uint8_t upper_low = std::min(upper[x], upper[x + 1]), upper_high = std::max(upper[x], upper[x + 1]);
    const uint8_t lower_low = std::min(lower[x], lower[x + 1]), lower_high = std::max(lower[x], lower[x + 1]);
    lowest[x] = std::min(upper_low, lower_low);
    second_lowest[x] = std::min(std::max(upper_low, lower_low), std::min(upper_high, lower_high));
  }
}

}  // namespace

void WindowAreas::count(const LevelPlane& plane, const ComponentForest& forest) {
  assign_slots(forest);
  const auto width = static_cast<size_t>(plane.width());
  lowest_.resize(width);
  second_lowest_.resize(width);
  const RowSegments& segments = forest.segments();
  for (int row = 0; row + 1 < plane.height(); ++row) {
    find_two_lowest(plane.row(row), plane.row(row + 1), plane.width() - 1, lowest_.data(), second_lowest_.data());
    for (uint32_t index = segments.first_of(row); index < segments.first_of(row + 1); ++index) {
      const Segment& segment = segments[index];
      // Between two segments the right pixel is the higher one, so the window is its.
      const int first = std::max(segment.begin, 1) - 1, count = segment.end - 1 - first;
      const uint32_t named = forest.component_at(index, segment.peak);
      add(forest, named, second_lowest_.data() + first, count);
      add(forest, named, lowest_.data() + first, count);
    }
  }
}

void WindowAreas::add(const ComponentForest& forest, uint32_t component, const uint8_t* levels, int count) {
  const int ended_at = forest.ended_at(component);
  const size_t last_slot = last_slot_[component];
  uint32_t* growth = growth_.data();
  for (int x = 0; x < count; ++x) {
    const int level = levels[x];
    if (level > ended_at) {
      ++growth[last_slot - static_cast<size_t>(level)];
    } else if (level > 0) {
      ++growth[last_slot_[forest.component_at(component, level)] - static_cast<size_t>(level)];
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
