#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace wsol {

/// Writes trunc(score * 255) to `levels`. Returns the largest level; nothing if a score is NaN or outside [0, 1]
/// (`levels` is then unspecified).
template <typename Score>
std::optional<uint8_t> quantise(std::span<const Score> scores, std::span<uint8_t> levels);

/// trunc(threshold * largest level): foreground is what lies strictly above this level. `threshold` in [0, 1].
inline int threshold_level(double threshold, uint8_t largest_level) {
  return static_cast<int>(threshold * static_cast<double>(largest_level));
}

}  // namespace wsol
