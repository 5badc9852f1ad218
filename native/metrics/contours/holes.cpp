#include "native/metrics/contours/holes.h"

#include <algorithm>

namespace wsol {

void Holes::find(const ComponentForest& complement, int width, int height) {
  lives_.clear();
  for (const BoxLife& life : complement.lives()) {
    const Box& box = life.box;
    if (box.x0 == 0 || box.y0 == 0 || box.x1 == width - 1 || box.y1 == height - 1) continue;
    lives_.push_back({.highest = kComplementLevels - life.last, .lowest = kComplementLevels - life.first, .box = box});
  }
}

void Holes::rewind() {
  is_sorted_ = false;
  next_ = 0;
  active_.clear();
}

std::span<const HoleLife> Holes::at(int level) {
  if (!is_sorted_) {
    sorted_ = lives_;
    std::sort(sorted_.begin(), sorted_.end(),
              [](const HoleLife& a, const HoleLife& b) { return a.highest > b.highest; });
    is_sorted_ = true;
  }
  for (; next_ < sorted_.size() && sorted_[next_].highest >= level; ++next_) active_.push_back(sorted_[next_]);
  std::erase_if(active_, [&](const HoleLife& hole) { return hole.lowest > level; });
  return active_;
}

}  // namespace wsol
