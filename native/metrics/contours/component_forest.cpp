#include "native/metrics/contours/component_forest.h"

#include <algorithm>
#include <limits>

namespace wsol {

namespace {

constexpr int kHighestLevel = 255;

void enclose(Box& box, const Box& other) {
  box.x0 = std::min(box.x0, other.x0);
  box.y0 = std::min(box.y0, other.y0);
  box.x1 = std::max(box.x1, other.x1);
  box.y1 = std::max(box.y1, other.y1);
}

}  // namespace

void ComponentForest::build(const LevelPlane& plane, Connectivity connectivity, int lowest) {
  segments_.find(plane);
  events_.find(plane, segments_, connectivity);
  start(segments_.size());
  for (int level = kHighestLevel; level >= lowest; --level) {
    for (const LevelEvent& event : events_.at(level)) {
      if (event.is_column()) {
        const uint32_t component = find(event.segment);
        Box& box = boxes_[component];
        box.x0 = std::min(box.x0, event.column());
        box.x1 = std::max(box.x1, event.column());
        touch(component);
      } else {
        join(find(event.segment), find(event.other), level);
      }
    }
    close_level(level);
  }
  for (BoxLife& life : lives_) {
    if (life.last == 0) life.last = lowest;
  }
}

void ComponentForest::start(uint32_t segments) {
  parent_.resize(segments);
  heir_.resize(segments);
  boxes_.resize(segments);
  for (uint32_t index = 0; index < segments; ++index) {
    parent_[index] = index;
    const int32_t row = segments_[index].row;
    // Columns come by events; until the first the box is inside out.
    boxes_[index] = {.x0 = std::numeric_limits<int32_t>::max(), .y0 = row, .x1 = -1, .y1 = row};
  }
  ended_at_.assign(segments, 0);
  is_touched_.assign(segments, 0);
  life_.assign(segments, kNoLife);
  touched_.clear();
  lives_.clear();
  ends_.clear();
}

uint32_t ComponentForest::find(uint32_t segment) {
  while (parent_[segment] != segment) {
    parent_[segment] = parent_[parent_[segment]];
    segment = parent_[segment];
  }
  return segment;
}

void ComponentForest::touch(uint32_t component) {
  if (is_touched_[component]) return;
  is_touched_[component] = 1;
  touched_.push_back(component);
}

void ComponentForest::join(uint32_t one, uint32_t other, int level) {
  if (one == other) return;
  const bool is_one_elder =
      segments_[one].peak != segments_[other].peak ? segments_[one].peak > segments_[other].peak : one < other;
  const uint32_t elder = is_one_elder ? one : other;
  const uint32_t younger = is_one_elder ? other : one;
  parent_[younger] = elder;
  heir_[younger] = elder;
  ended_at_[younger] = static_cast<uint8_t>(level);
  enclose(boxes_[elder], boxes_[younger]);
  touch(elder);
  if (life_[younger] == kNoLife) return;
  lives_[life_[younger]].last = level + 1;
  ends_.push_back({.component = younger, .heir = elder, .level = level});
}

void ComponentForest::close_level(int level) {
  for (const uint32_t component : touched_) {
    is_touched_[component] = 0;
    if (parent_[component] != component) continue;
    uint32_t& life = life_[component];
    if (life != kNoLife) {
      if (lives_[life].box == boxes_[component]) continue;
      lives_[life].last = level + 1;
    }
    life = static_cast<uint32_t>(lives_.size());
    lives_.push_back({.component = component, .first = level, .last = 0, .box = boxes_[component]});
  }
  touched_.clear();
}

}  // namespace wsol
