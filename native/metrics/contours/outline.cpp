#include "native/metrics/contours/outline.h"

#include <array>
#include <cstdlib>

namespace wsol {

namespace {

/// The eight neighbours, clockwise on the screen (y points down), from the left one on.
constexpr std::array<Pixel, 8> kNeighbours = {{{-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}}};
constexpr int kNone = -1;

class Border {
 public:
  Border(const LevelPlane& plane, int level) : plane_(plane), level_(level) {}

  /// The first direction from `from`, going `turn` (1 clockwise, -1 against), that leads to a set pixel.
  int search(Pixel at, int from, int turn) const {
    for (int tried = 0; tried < 8; ++tried) {
      const int direction = (from + 8 + turn * tried) & 7;
      const Pixel next = step(at, direction);
      if (plane_.row(next.y)[next.x] >= level_) return direction;
    }
    return kNone;
  }

  static Pixel step(Pixel at, int direction) {
    const Pixel offset = kNeighbours[static_cast<size_t>(direction)];
    return {.x = at.x + offset.x, .y = at.y + offset.y};
  }

 private:
  const LevelPlane& plane_;
  int level_;
};

}  // namespace

int64_t doubled_outline_area(const LevelPlane& plane, int level, Pixel first) {
  const Border border(plane, level);
  const int to_last = border.search(first, 0, 1);
  if (to_last == kNone) return 0;
  const Pixel last = Border::step(first, to_last);
  int64_t sum = 0;
  Pixel here = first;
  int back = to_last;
  for (;;) {
    const int direction = border.search(here, back - 1, -1);
    const Pixel next = Border::step(here, direction);
    sum += int64_t{here.x} * next.y - int64_t{next.x} * here.y;
    if (next == first && here == last) return std::llabs(sum);
    back = (direction + 4) & 7;
    here = next;
  }
}

}  // namespace wsol
