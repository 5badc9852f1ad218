#include "native/metrics/contours/score_map_boxes.h"

#include <tuple>

namespace wsol {

void ScoreMapBoxes::find(std::span<const uint8_t> levels, int width, int height, uint8_t largest_level) {
  largest_level_ = largest_level;
  plane_.assign(levels, width, height);
  foreground_.build(plane_, Connectivity::kEight, 1);
  complement_.assign_complement(levels, width, height);
  // At the largest level and above everything is background.
  const int lowest = std::max(kComplementLevels - largest_level, 1);
  background_.build(complement_, Connectivity::kFour, lowest);
  holes_.find(background_, width, height);
  largest_.find(plane_, foreground_, holes_);
}

std::vector<Box> boxes_at_level(std::span<const uint8_t> levels, int width, int height, int threshold_level,
                                BoxRule rule) {
  std::vector<uint8_t> foreground(levels.size());
  uint8_t any = 0;
  for (size_t i = 0; i < levels.size(); ++i) any |= foreground[i] = levels[i] > threshold_level ? 1 : 0;
  if (any == 0) return rule == BoxRule::kExtent ? std::vector<Box>{} : std::vector<Box>{kEmptyMapBox};
  ScoreMapBoxes found;
  found.find(foreground, width, height, any);
  if (rule == BoxRule::kExtent) return {*found.largest_extent(0)};
  if (rule == BoxRule::kLargest) return {found.largest(0)};
  std::vector<Box> boxes;
  found.for_each_contour([&](const Box& box, int, int) { boxes.push_back(box); });
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) {
    return std::tie(a.x0, a.y0, a.x1, a.y1) < std::tie(b.x0, b.y0, b.x1, b.y1);
  });
  return boxes;
}

}  // namespace wsol
