#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "native/metrics/box.h"
#include "native/metrics/contours/component_forest.h"

namespace wsol {

/// A 4-connected region of {level < v} that does not touch the edge of the map, through the levels v from `highest`
/// down to `lowest`, while its bounding box stays the same.
struct HoleLife {
  int32_t highest, lowest;
  /// First and last pixel of each axis.
  Box box;
};

/// Level u of the complement's components is {255 - level >= u} = {level < 256 - u}.
inline constexpr int kComplementLevels = 256;

/// The holes among the components of a complement.
class Holes {
 public:
  void find(const ComponentForest& complement, int width, int height);

  std::span<const HoleLife> lives() const { return lives_; }

  /// Begins a walk through the levels from the highest down.
  void rewind();
  /// The holes at `level`, which must not rise between two rewinds.
  std::span<const HoleLife> at(int level);

 private:
  std::vector<HoleLife> lives_;
  /// lives_ by descending `highest`; filled by the first at() after rewind().
  std::vector<HoleLife> sorted_;
  bool is_sorted_ = false;
  size_t next_ = 0;
  std::vector<HoleLife> active_;
};

}  // namespace wsol
