#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

#include "native/torch/kernels/lanes.h"
#include "native/torch/kernels/winograd/tiling.h"

namespace wsol::winograd {

/// The lanes of one tile's values, or products, for neighbouring channels.
using Tile = Lanes[kTile][kTile];

template <typename Element>
WSOL_ALWAYS_INLINE void store_tile(const Tile& tile, Element* to, int64_t place_stride) {
  for (int place = 0; place < kPlaces; ++place) {
    store_lanes(to + place * place_stride, tile[place / kTile][place % kTile]);
  }
}

WSOL_ALWAYS_INLINE void store_interleaved_tiles(const Tile& first, const Tile& second, c10::BFloat16* to,
                                                int64_t place_stride) {
  for (int place = 0; place < kPlaces; ++place) {
    const int y = place / kTile, x = place % kTile;
    store_interleaved(to + place * place_stride, first[y][x], second[y][x]);
  }
}

/// kLanes rows of kLanes numbers, to columns.
WSOL_ALWAYS_INLINE void transpose(const float* from, float* to, int64_t to_row) {
  for (int column = 0; column < kLanes; ++column) {
    for (int row = 0; row < kLanes; ++row) to[column * to_row + row] = from[row * kLanes + column];
  }
}

WSOL_ALWAYS_INLINE void transpose(const float* from, c10::BFloat16* to, int64_t to_row) {
  float columns[kLanes * kLanes];
  transpose(from, columns, kLanes);
  for (int column = 0; column < kLanes; ++column)
    store_lanes(to + column * to_row, load_lanes(columns + column * kLanes));
}

}  // namespace wsol::winograd
