#pragma once

#include <cstdint>
#include <vector>

#include "native/metrics/contours/level_plane.h"

namespace wsol {

/// A hill of one row: the pixels from `begin` to before `end`, which rise to one peak and fall again. In every
/// superlevel set the row's part of a segment is one run, or nothing. Pixels of level 0 may belong to any segment or to
/// none.
struct Segment {
  int32_t row, begin, end;
  /// Level of the peak, 1 or more.
  uint8_t peak;
};

/// The segments of all rows, in raster order.
class RowSegments {
 public:
  void find(const LevelPlane& plane);

  const std::vector<Segment>& all() const { return segments_; }
  const Segment& operator[](uint32_t index) const { return segments_[index]; }
  uint32_t size() const { return static_cast<uint32_t>(segments_.size()); }
  /// Index of a row's first segment, at most size(); the row's last is before that of the next row.
  uint32_t first_of(int row) const { return first_of_row_[static_cast<size_t>(row)]; }

 private:
  void find_in_row(const uint8_t* levels, int row, int width);

  std::vector<Segment> segments_;
  std::vector<uint32_t> first_of_row_;
  std::vector<uint8_t> bytes_;
  std::vector<uint64_t> falls_, rises_;
};

}  // namespace wsol
