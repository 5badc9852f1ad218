#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace wsol {

/// 64 pixels of a row as one word, the first in the lowest bit.
inline constexpr int kWordBits = 64;

inline int words_of(int width) { return (width + kWordBits - 1) / kWordBits; }

/// The highest bits of 64 bytes.
inline uint64_t pack_word(const uint8_t* bytes) {
  uint64_t word = 0;
#if defined(__SSE2__)
  for (int part = 0; part < 4; ++part) {
    const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * part));
    word |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(sixteen))} << (16 * part);
  }
#else
  for (int part = 0; part < 8; ++part) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits |= uint64_t{static_cast<uint8_t>(bytes[8 * part + i] >> 7)} << i;
    word |= bits << (8 * part);
  }
#endif
  return word;
}

/// Calls `visit(x)` for each set bit, ascending.
template <typename Visit>
void for_each_bit(const uint64_t* words, int word_count, Visit&& visit) {
  for (int index = 0; index < word_count; ++index) {
    for (uint64_t word = words[index]; word != 0; word &= word - 1) {
      visit(index * kWordBits + std::countr_zero(word));
    }
  }
}

}  // namespace wsol
