#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <variant>

namespace wsol {

/// Score maps of one size: count x height x width.
struct ScoreMaps {
  std::variant<std::span<const float>, std::span<const double>> data;
  size_t count;
  int height, width;

  size_t pixels() const { return static_cast<size_t>(height) * static_cast<size_t>(width); }
};

/// A score map of a batch holds NaN or a value outside [0, 1].
class InvalidScoreMap : public std::runtime_error {
 public:
  InvalidScoreMap(const ScoreMaps& maps, size_t index);

  const size_t index;
};

/// A mask of a batch holds something else than 0, 1 and 255.
class InvalidMask : public std::runtime_error {
 public:
  InvalidMask(const ScoreMaps& maps, std::span<const uint8_t> masks, size_t index);

  const size_t index;
};

}  // namespace wsol
