#include "native/metrics/level_hits.h"

#include <algorithm>

namespace wsol {

namespace {

uint8_t hits_of(double iou) {
  uint8_t hits = 0;
  for (size_t d = 0; d < kIouLevels.size(); ++d) hits |= static_cast<uint8_t>((iou >= kIouLevels[d]) << d);
  return hits;
}

double best_iou(const Box& box, std::span<const Box> truth) {
  double best = 0;
  for (const Box& one : truth) best = std::max(best, intersection_over_union(box, one));
  return best;
}

/// The same as hits_of(best_iou()), without a division where the lowest level is far away.
uint8_t hits_of_box(const Box& box, std::span<const Box> truth) {
  uint8_t hits = 0;
  for (const Box& one : truth) {
    const int64_t intersection = intersection_area(box, one);
    const int64_t denominator = box_area(box) + box_area(one) - intersection;
    if (denominator <= 0 || 4 * intersection < denominator) continue;
    hits |= hits_of(static_cast<double>(intersection) / static_cast<double>(denominator));
  }
  return hits;
}

/// Counts how many boxes hit each level, from where each of them begins and ends.
class HitRanges {
 public:
  void add(uint8_t hits, int lowest, int highest) {
    for (size_t d = 0; d < kIouLevels.size(); ++d) {
      if ((hits >> d & 1) == 0) continue;
      ++changes_[d][static_cast<size_t>(lowest)];
      --changes_[d][static_cast<size_t>(highest) + 1];
    }
  }

  void write(std::span<uint8_t> levels) const {
    std::array<int32_t, kIouLevels.size()> present{};
    for (size_t level = 0; level < levels.size(); ++level) {
      uint8_t hits = 0;
      for (size_t d = 0; d < kIouLevels.size(); ++d) {
        present[d] += changes_[d][level];
        hits |= static_cast<uint8_t>((present[d] > 0) << d);
      }
      levels[level] = hits;
    }
  }

 private:
  std::array<std::array<int32_t, LevelHits::kLevels + 1>, kIouLevels.size()> changes_{};
};

}  // namespace

void count_hits(const ScoreMapBoxes& boxes, std::span<const Box> truth, LevelHits& hits) {
  hits.largest_level = boxes.largest_level();
  const auto foreground_levels = static_cast<size_t>(hits.largest_level);

  HitRanges ranges;
  boxes.for_each_contour([&](const Box& box, int lowest, int highest) {
    const uint8_t of_box = hits_of_box(box, truth);
    if (of_box != 0) ranges.add(of_box, lowest, highest);
  });
  ranges.write(std::span(hits.all).first(foreground_levels));

  Box last = kEmptyMapBox;
  double iou = best_iou(last, truth);
  hits.all[foreground_levels] = hits_of(iou);
  for (size_t below = 0; below <= foreground_levels; ++below) {
    const size_t level = foreground_levels - below;
    const Box box = boxes.largest(static_cast<int>(level));
    if (box != last) iou = best_iou(last = box, truth);
    hits.largest_iou[level] = iou;
    hits.largest[level] = hits_of(iou);
  }
}

}  // namespace wsol
