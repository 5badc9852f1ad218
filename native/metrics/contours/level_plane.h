#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wsol {

/// A map of 8-bit levels in a frame of zeros at least one pixel wide, so that no neighbour needs a bounds check. The
/// memory is kept from map to map.
class LevelPlane {
 public:
  /// A copy of height x width levels.
  void assign(std::span<const uint8_t> levels, int width, int height) { fill(levels, width, height, 0); }
  /// The same of 255 - level: what is background below a level becomes foreground above one.
  void assign_complement(std::span<const uint8_t> levels, int width, int height) { fill(levels, width, height, 0xFF); }

  int width() const { return width_; }
  int height() const { return height_; }
  std::ptrdiff_t stride() const { return stride_; }
  /// Row y from its first pixel on; y = -1 and y = height() are rows of the frame, x = -1 and x = width() its columns.
  const uint8_t* row(int y) const { return bytes_.data() + (y + 1) * stride_ + kLeft; }

 private:
  /// Aligns the pixels; one would do for the frame.
  static constexpr std::ptrdiff_t kLeft = 16;

  void fill(std::span<const uint8_t> levels, int width, int height, uint8_t flip);

  int width_ = 0;
  int height_ = 0;
  std::ptrdiff_t stride_ = 0;
  std::vector<uint8_t> bytes_;
};

}  // namespace wsol
