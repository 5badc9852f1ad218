#pragma once

#include <algorithm>
#include <cstdint>

namespace wsol {

/// Corners in map pixels; x1 and y1 count as inclusive.
struct Box {
  int32_t x0, y0, x1, y1;

  bool operator==(const Box&) const = default;
};

/// The one box where nothing is foreground.
inline constexpr Box kEmptyMapBox = {0, 0, 0, 0};

/// (x1 - x0 + 1) * (y1 - y0 + 1), whatever the corners.
inline int64_t box_area(const Box& box) { return (int64_t{box.x1} - box.x0 + 1) * (int64_t{box.y1} - box.y0 + 1); }

inline int64_t intersection_area(const Box& a, const Box& b) {
  const int64_t width = std::max<int64_t>(0, int64_t{std::min(a.x1, b.x1)} - std::max(a.x0, b.x0) + 1);
  const int64_t height = std::max<int64_t>(0, int64_t{std::min(a.y1, b.y1)} - std::max(a.y0, b.y0) + 1);
  return width * height;
}

/// Intersection over union; 0 where the denominator is not positive.
inline double intersection_over_union(const Box& a, const Box& b) {
  const int64_t intersection = intersection_area(a, b);
  const int64_t denominator = box_area(a) + box_area(b) - intersection;
  return denominator <= 0 ? 0 : static_cast<double>(intersection) / static_cast<double>(denominator);
}

}  // namespace wsol
