#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wsol {

/// What each image, or each pair of an image and a class, hits over a threshold grid: the states of the i-th are those
/// from offsets[i] to before offsets[i + 1], each from its index in the grid on, ascending, the first from 0.
struct HitStates {
  std::vector<int32_t> offsets, begins;
  /// One bit for each kind of hit.
  std::vector<uint8_t> states;

  size_t size() const { return offsets.size() - 1; }
  /// What the i-th hits at an index of the grid.
  uint8_t at(size_t i, int32_t index) const;
};

/// The rate of one kind of hit over all thresholds, for any number of times that each image counts.
class HitCurve {
 public:
  /// `is_counted`: 0 for those of `hits` that never hit; empty: all may. `image_of`: the image of each of `hits`;
  /// empty: the i-th is of image i.
  HitCurve(const HitStates& hits, uint8_t bit, std::span<const uint8_t> is_counted,
           std::span<const int32_t> image_of = {});

  /// The most hits of any threshold, image i counted `times[i]` times.
  int32_t most(std::span<const int32_t> times) const;

 private:
  /// Images in the order of the thresholds where they begin or cease to be hit.
  std::vector<int32_t> images_;
  /// Where runs of them end: of those that begin, of those that cease, and so on in turn.
  std::vector<size_t> ends_;
};

}  // namespace wsol
