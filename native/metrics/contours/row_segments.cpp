#include "native/metrics/contours/row_segments.h"

#include <bit>

#include "native/metrics/contours/byte_masks.h"

namespace wsol {

namespace {

constexpr int kNone = -1;

/// The first set bit at `from` or after it.
int next_bit(const std::vector<uint64_t>& words, int from) {
  size_t index = static_cast<size_t>(from / kWordBits);
  if (index >= words.size()) return kNone;
  uint64_t word = words[index] & (~uint64_t{0} << (from % kWordBits));
  while (word == 0) {
    if (++index == words.size()) return kNone;
    word = words[index];
  }
  return static_cast<int>(index) * kWordBits + std::countr_zero(word);
}

}  // namespace

void RowSegments::find(const LevelPlane& plane) {
  const int width = plane.width();
  const auto words = static_cast<size_t>(words_of(width));
  falls_.resize(words);
  rises_.resize(words);
  bytes_.assign(words * kWordBits, 0);
  segments_.clear();
  first_of_row_.clear();
  for (int row = 0; row < plane.height(); ++row) {
    first_of_row_.push_back(size());
    find_in_row(plane.row(row), row, width);
  }
  first_of_row_.push_back(size());
}

void RowSegments::find_in_row(const uint8_t* levels, int row, int width) {
  uint8_t* bytes = bytes_.data();
  for (int x = 0; x < width; ++x) bytes[x] = levels[x] > levels[x + 1] ? 0xFF : 0;
  for (size_t word = 0; word < falls_.size(); ++word) falls_[word] = pack_word(bytes + word * kWordBits);
  for (int x = 0; x < width; ++x) bytes[x] = levels[x] < levels[x + 1] ? 0xFF : 0;
  for (size_t word = 0; word < rises_.size(); ++word) rises_[word] = pack_word(bytes + word * kWordBits);

  int begin = 0;
  for (;;) {
    // The frame's zero ends the last hill, so that only zeros can be left without a fall.
    const int peak = next_bit(falls_, begin);
    if (peak == kNone) return;
    const int valley = next_bit(rises_, peak + 1);
    const int end = valley == kNone ? width : valley + 1;
    segments_.push_back({.row = row, .begin = begin, .end = end, .peak = levels[peak]});
    if (valley == kNone) return;
    begin = end;
  }
}

}  // namespace wsol
