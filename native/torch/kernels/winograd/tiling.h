#pragma once

#include <algorithm>
#include <cstdint>

namespace wsol::winograd {

/// Rows and columns of a transformed tile, which 2 x 2 outputs of a 3 x 3 convolution take.
inline constexpr int kTile = 4;
inline constexpr int kPlaces = kTile * kTile;
inline constexpr int kOutputs = 2;
inline constexpr int kKernel = 3;
/// Channels in each panel of a matrix that is read column by column.
inline constexpr int64_t kPanel = 64;

/// Maps [images, height, width, channels] as tiles, in the order of their images, rows and columns.
struct Tiling {
  int64_t images;
  int64_t height;
  int64_t width;

  int64_t rows() const { return (height + kOutputs - 1) / kOutputs; }
  int64_t columns() const { return (width + kOutputs - 1) / kOutputs; }
  int64_t count() const { return images * rows() * columns(); }
};

/// Where a tile's outputs begin.
struct TileOrigin {
  int64_t image;
  int64_t top;
  int64_t left;
};

inline TileOrigin origin_of(const Tiling& tiling, int64_t tile) {
  const int64_t in_image = tile % (tiling.rows() * tiling.columns());
  return {.image = tile / (tiling.rows() * tiling.columns()),
          .top = in_image / tiling.columns() * kOutputs,
          .left = in_image % tiling.columns() * kOutputs};
}

/// Neighbouring tiles.
struct TileRange {
  int64_t first;
  int64_t count;
};

inline TileRange nth_range(int64_t index, int64_t size, int64_t total) {
  const int64_t first = index * size;
  return {.first = first, .count = std::min(size, total - first)};
}

}  // namespace wsol::winograd
