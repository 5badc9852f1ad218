#include "native/metrics/quantise.h"

#include <algorithm>

namespace wsol {

template <typename Score>
std::optional<uint8_t> quantise(std::span<const Score> scores, std::span<uint8_t> levels) {
  // In blocks, so that a score that does not fit a byte is noticed before it is converted; copied, so that what is
  // converted is what was checked, even if another thread writes to the scores.
  constexpr size_t kBlock = 256;
  uint8_t largest = 0;
  for (size_t begin = 0; begin < scores.size(); begin += kBlock) {
    const size_t count = std::min(kBlock, scores.size() - begin);
    Score in[kBlock];
    std::copy_n(scores.data() + begin, count, in);
    uint8_t* out = levels.data() + begin;
    int outside = 0;
    for (size_t i = 0; i < count; ++i) outside |= !(in[i] >= 0 && in[i] <= 1);
    if (outside != 0) return std::nullopt;
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint8_t>(static_cast<int32_t>(in[i] * Score{255}));
    for (size_t i = 0; i < count; ++i) largest = std::max(largest, out[i]);
  }
  return largest;
}

template std::optional<uint8_t> quantise(std::span<const float>, std::span<uint8_t>);
template std::optional<uint8_t> quantise(std::span<const double>, std::span<uint8_t>);

}  // namespace wsol
