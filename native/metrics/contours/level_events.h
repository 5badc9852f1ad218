#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "native/metrics/contours/level_plane.h"
#include "native/metrics/contours/row_segments.h"

namespace wsol {

enum class Connectivity { kFour, kEight };

/// What happens to the components of the superlevel sets {level >= v} when v reaches the level that the event is filed
/// under: two segments become connected, or a segment's component gets its first pixels of a column.
struct LevelEvent {
  static constexpr uint32_t kColumnBit = uint32_t{1} << 31;

  uint32_t segment;
  /// Index of the other segment, or kColumnBit + x.
  uint32_t other;

  bool is_column() const { return (other & kColumnBit) != 0; }
  int32_t column() const { return static_cast<int32_t>(other & ~kColumnBit); }
};

/// All events of a plane, filed by level. Far fewer than pixels on smooth maps: connections are listed at the local
/// maxima along a pair of rows only, columns at the peaks of each column only; the rest follows from these.
class LevelEvents {
 public:
  void find(const LevelPlane& plane, const RowSegments& segments, Connectivity connectivity);

  std::span<const LevelEvent> at(int level) const {
    return std::span(sorted_).subspan(first_of_[level], first_of_[level + 1] - first_of_[level]);
  }

 private:
  struct Filed {
    LevelEvent event;
    uint8_t level;
  };

  void add(uint32_t segment, uint32_t other, uint8_t level) {
    found_.push_back({.event = {.segment = segment, .other = other}, .level = level});
  }
  void find_joints_within(const LevelPlane& plane, const RowSegments& segments, int row);
  void find_joints_below(const LevelPlane& plane, const RowSegments& segments, int row, Connectivity connectivity);
  void find_columns(const LevelPlane& plane, const RowSegments& segments, int row);
  void pack_bytes();
  void sort_by_level();

  std::vector<Filed> found_;
  std::vector<LevelEvent> sorted_;
  std::array<uint32_t, 257> first_of_{};
  std::vector<uint8_t> bytes_;
  /// Per column: 0xFF while the levels have not fallen since they last rose.
  std::vector<uint8_t> is_rising_;
  std::vector<uint64_t> words_;
};

}  // namespace wsol
