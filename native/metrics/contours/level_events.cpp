#include "native/metrics/contours/level_events.h"

#include <algorithm>

#include "native/metrics/contours/byte_masks.h"

namespace wsol {

namespace {

/// The segment of a row that holds x; asked for ascending x only.
class SegmentCursor {
 public:
  SegmentCursor(const RowSegments& segments, int row)
      : segments_(segments.all().data()), index_(segments.first_of(row)) {}

  uint32_t at(int x) {
    while (segments_[index_].end <= x) ++index_;
    return index_;
  }

 private:
  const Segment* segments_;
  uint32_t index_;
};

uint8_t mask(bool condition) { return condition ? 0xFF : 0; }

/// Marks, between two rows, the last pixel of each plateau of min(upper, lower) that is no valley.
void mark_vertical(const uint8_t* upper, const uint8_t* lower, int width, uint8_t* marks) {
  for (int x = 0; x < width; ++x) {
    const uint8_t left = std::min(upper[x - 1], lower[x - 1]);
    const uint8_t here = std::min(upper[x], lower[x]);
    const uint8_t right = std::min(upper[x + 1], lower[x + 1]);
    marks[x] = mask((here >= left) & (here > right));
  }
}

/// Marks besides where x and x + 1 are connected across a diagonal before they are along the sides.
void mark_diagonal(const uint8_t* upper, const uint8_t* lower, int width, uint8_t* marks) {
  for (int x = 0; x < width; ++x) {
    const uint8_t here = std::min(upper[x], lower[x]);
    const uint8_t right = std::min(upper[x + 1], lower[x + 1]);
    const uint8_t falling = std::min(upper[x], lower[x + 1]);
    const uint8_t rising = std::min(upper[x + 1], lower[x]);
    marks[x] |= mask(std::max(falling, rising) > std::max(here, right));
  }
}

/// Marks the last pixel of each plateau of a column above which the levels have risen and below which they fall.
void mark_column_peaks(const uint8_t* levels, const uint8_t* below, int width, uint8_t* __restrict is_rising,
                       uint8_t* __restrict marks) {
  for (int x = 0; x < width; ++x) {
    const uint8_t falls = mask(levels[x] > below[x]);
    const uint8_t rises = mask(levels[x] < below[x]);
    marks[x] = falls & is_rising[x];
    is_rising[x] = static_cast<uint8_t>((is_rising[x] & ~falls) | rises);
  }
}

}  // namespace

void LevelEvents::find(const LevelPlane& plane, const RowSegments& segments, Connectivity connectivity) {
  const auto words = static_cast<size_t>(words_of(plane.width()));
  words_.resize(words);
  bytes_.assign(words * kWordBits, 0);
  is_rising_.assign(words * kWordBits, 0xFF);
  found_.clear();
  for (int row = 0; row < plane.height(); ++row) {
    find_joints_within(plane, segments, row);
    find_columns(plane, segments, row);
    if (row + 1 < plane.height()) find_joints_below(plane, segments, row, connectivity);
  }
  sort_by_level();
}

void LevelEvents::find_joints_within(const LevelPlane& plane, const RowSegments& segments, int row) {
  const uint8_t* levels = plane.row(row);
  for (uint32_t index = segments.first_of(row) + 1; index < segments.first_of(row + 1); ++index) {
    const uint8_t valley = levels[segments[index].begin - 1];
    if (valley > 0) add(index - 1, index, valley);
  }
}

void LevelEvents::find_joints_below(const LevelPlane& plane, const RowSegments& segments, int row,
                                    Connectivity connectivity) {
  const uint8_t* upper = plane.row(row);
  const uint8_t* lower = plane.row(row + 1);
  mark_vertical(upper, lower, plane.width(), bytes_.data());
  if (connectivity == Connectivity::kEight) mark_diagonal(upper, lower, plane.width(), bytes_.data());
  pack_bytes();

  SegmentCursor above(segments, row), below(segments, row + 1);
  for_each_bit(words_.data(), static_cast<int>(words_.size()), [&](int x) {
    const uint8_t here = std::min(upper[x], lower[x]);
    const uint8_t right = std::min(upper[x + 1], lower[x + 1]);
    if (here > right && here >= std::min(upper[x - 1], lower[x - 1])) add(above.at(x), below.at(x), here);
    if (connectivity == Connectivity::kFour) return;
    const uint8_t falling = std::min(upper[x], lower[x + 1]);
    const uint8_t rising = std::min(upper[x + 1], lower[x]);
    const uint8_t sides = std::max(here, right);
    if (falling > sides) add(above.at(x), below.at(x + 1), falling);
    if (rising > sides) add(above.at(x + 1), below.at(x), rising);
  });
}

void LevelEvents::find_columns(const LevelPlane& plane, const RowSegments& segments, int row) {
  const uint8_t* levels = plane.row(row);
  mark_column_peaks(levels, plane.row(row + 1), plane.width(), is_rising_.data(), bytes_.data());
  pack_bytes();
  SegmentCursor cursor(segments, row);
  for_each_bit(words_.data(), static_cast<int>(words_.size()),
               [&](int x) { add(cursor.at(x), LevelEvent::kColumnBit | static_cast<uint32_t>(x), levels[x]); });
}

void LevelEvents::pack_bytes() {
  for (size_t word = 0; word < words_.size(); ++word) words_[word] = pack_word(bytes_.data() + word * kWordBits);
}

void LevelEvents::sort_by_level() {
  std::array<uint32_t, 257> next{};
  for (const Filed& filed : found_) ++next[filed.level + 1];
  for (size_t level = 1; level < next.size(); ++level) next[level] += next[level - 1];
  first_of_ = next;
  sorted_.resize(found_.size());
  for (const Filed& filed : found_) sorted_[next[filed.level]++] = filed.event;
}

}  // namespace wsol
