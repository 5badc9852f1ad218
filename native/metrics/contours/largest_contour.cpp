#include "native/metrics/contours/largest_contour.h"

#include <algorithm>

namespace wsol {

namespace {

constexpr uint32_t kNowhere = UINT32_MAX;

/// Twice the area of a polygon through the pixel centres that fills the whole box.
int64_t doubled_inner_area(const Box& box) { return 2 * int64_t{box.x1 - box.x0} * (box.y1 - box.y0); }

bool is_inside(const Box& inner, const Box& outer) {
  return inner.x0 > outer.x0 && inner.x1 < outer.x1 && inner.y0 > outer.y0 && inner.y1 < outer.y1;
}

/// Twice what a hole can add to the area of the component around it, islands included: the polygon runs through the
/// centres of the pixels next to the hole.
int64_t doubled_hole_area(const Box& hole) { return 2 * int64_t{hole.x1 - hole.x0 + 2} * (hole.y1 - hole.y0 + 2); }

}  // namespace

void LargestContour::find(const LevelPlane& plane, const ComponentForest& forest, Holes& holes) {
  plane_ = &plane;
  forest_ = &forest;
  areas_.count(plane, forest);
  live_.clear();
  place_.assign(forest.segments().size(), kNowhere);
  holes.rewind();
  size_t next_life = 0, next_end = 0;
  for (int level = 255; level >= 1; --level) {
    for (; next_end < forest.ends().size() && forest.ends()[next_end].level == level; ++next_end) {
      end(forest.ends()[next_end]);
    }
    for (; next_life < forest.lives().size() && forest.lives()[next_life].first == level; ++next_life) begin(next_life);
    for (Live& live : live_) live.doubled_area += areas_.growth(live.component, level);
    life_at_[static_cast<size_t>(level)] = choose(holes, level);
  }
}

void LargestContour::end(const ComponentEnd& end) {
  const uint32_t place = place_[end.component];
  live_[place_[end.heir]].doubled_area += live_[place].doubled_area;
  live_[place] = live_.back();
  place_[live_[place].component] = place;
  live_.pop_back();
}

void LargestContour::begin(size_t life) {
  const uint32_t component = forest_->lives()[life].component;
  uint32_t& place = place_[component];
  if (place != kNowhere) {
    live_[place].life = life;
    return;
  }
  place = static_cast<uint32_t>(live_.size());
  live_.push_back({.component = component, .life = life, .doubled_area = 0});
}

size_t LargestContour::choose(Holes& holes, int level) {
  if (live_.empty()) return kNoLife;
  if (live_.size() == 1) return live_[0].life;
  candidates_.clear();
  for (const Live& live : live_) {
    candidates_.push_back({.live = &live, .low = live.doubled_area, .high = doubled_inner_area(box_of(live))});
  }
  keep_possible();
  if (candidates_.size() > 1) tighten(holes, level);
  if (candidates_.size() > 1) measure(level);
  return candidates_.size() > 1 ? last_in_raster_order(level) : candidates_[0].live->life;
}

void LargestContour::keep_possible() {
  int64_t low = 0;
  for (const Candidate& candidate : candidates_) low = std::max(low, candidate.low);
  std::erase_if(candidates_, [&](const Candidate& candidate) { return candidate.high < low; });
}

void LargestContour::tighten(Holes& holes, int level) {
  const std::span<const HoleLife> present = holes.at(level);
  for (Candidate& candidate : candidates_) {
    if (candidate.low == candidate.high) continue;
    const Box& box = box_of(*candidate.live);
    int64_t high = candidate.low;
    for (const HoleLife& hole : present) {
      if (is_inside(hole.box, box)) high += doubled_hole_area(hole.box);
    }
    candidate.high = std::min(candidate.high, high);
  }
  keep_possible();
}

void LargestContour::measure(int level) {
  for (Candidate& candidate : candidates_) {
    if (candidate.low == candidate.high) continue;
    candidate.low = candidate.high = doubled_outline_area(*plane_, level, first_pixel(*candidate.live, level));
  }
  keep_possible();
}

size_t LargestContour::last_in_raster_order(int level) const {
  const Live* last = candidates_[0].live;
  for (const Candidate& candidate : candidates_) {
    const int32_t row = box_of(*candidate.live).y0, last_row = box_of(*last).y0;
    if (row < last_row || candidate.live == last) continue;
    if (row > last_row || first_pixel(*candidate.live, level).x > first_pixel(*last, level).x) last = candidate.live;
  }
  return last->life;
}

Pixel LargestContour::first_pixel(const Live& live, int level) const {
  const RowSegments& segments = forest_->segments();
  const int row = box_of(live).y0;
  uint32_t index = segments.first_of(row);
  while (segments[index].peak < level || forest_->component_at(index, level) != live.component) ++index;
  const uint8_t* levels = plane_->row(row);
  int x = segments[index].begin;
  while (levels[x] < level) ++x;
  return {.x = x, .y = row};
}

}  // namespace wsol
