#include <algorithm>

#include "native/torch/kernels/lanes.h"
#include "native/torch/kernels/winograd/tiles.h"
#include "native/torch/kernels/winograd/transforms.h"

namespace wsol::winograd {

namespace {

/// B' d B.
WSOL_ALWAYS_INLINE void transform_tile(const Tile& d, Tile& out) {
  Tile rows;
  for (int x = 0; x < kTile; ++x) {
    rows[0][x] = d[0][x] - d[2][x];
    rows[1][x] = d[1][x] + d[2][x];
    rows[2][x] = d[2][x] - d[1][x];
    rows[3][x] = d[1][x] - d[3][x];
  }
  for (int y = 0; y < kTile; ++y) {
    out[y][0] = rows[y][0] - rows[y][2];
    out[y][1] = rows[y][1] + rows[y][2];
    out[y][2] = rows[y][2] - rows[y][1];
    out[y][3] = rows[y][1] - rows[y][3];
  }
}

/// Where the pixels of an input tile lie, one row and column before its outputs; those beyond the border are zero.
template <typename Element>
struct InputTile {
  const Element* pixels[kTile][kTile] = {};

  InputTile() = default;
  InputTile(const Element* input, const Tiling& tiling, int64_t channels, int64_t tile) {
    const TileOrigin origin = origin_of(tiling, tile);
    for (int row = 0; row < kTile; ++row) {
      for (int column = 0; column < kTile; ++column) {
        const int64_t y = origin.top - 1 + row, x = origin.left - 1 + column;
        if (y < 0 || y >= tiling.height || x < 0 || x >= tiling.width) continue;
        pixels[row][column] = input + ((origin.image * tiling.height + y) * tiling.width + x) * channels;
      }
    }
  }
};

template <typename Element>
WSOL_ALWAYS_INLINE void transform_pixels(const InputTile<Element>& from, int64_t channel, Tile& transformed) {
  Tile values;
  for (int y = 0; y < kTile; ++y) {
    for (int x = 0; x < kTile; ++x) {
      values[y][x] = from.pixels[y][x] == nullptr ? Lanes{} : load_lanes(from.pixels[y][x] + channel);
    }
  }
  transform_tile(values, transformed);
}

/// Numbers from one tile to the next, and from one panel of channels to the next.
struct Steps {
  int64_t tile;
  int64_t panel;
};

template <typename Element>
WSOL_ALWAYS_INLINE void transform_each(const Element* input, const Tiling& tiling, int64_t channels, TileRange tiles,
                                       Element* out, int64_t stride, Steps steps) {
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const InputTile<Element> from(input, tiling, channels, tiles.first + tile);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      Tile transformed;
      transform_pixels(from, channel, transformed);
      Element* const to = out + tile * steps.tile + channel / kPanel * steps.panel + channel % kPanel;
      store_tile(transformed, to, stride * channels);
    }
  }
}

WSOL_ALWAYS_INLINE void transform_panels(const float* input, const Tiling& tiling, int64_t channels, TileRange tiles,
                                         float* out, int64_t stride) {
  transform_each(input, tiling, channels, tiles, out, stride, {.tile = kPanel, .panel = stride * kPanel});
}

WSOL_ALWAYS_INLINE void transform_panels(const c10::BFloat16* input, const Tiling& tiling, int64_t channels,
                                         TileRange tiles, c10::BFloat16* out, int64_t stride) {
  for (int64_t tile = 0; tile < tiles.count; tile += 2) {
    const InputTile<c10::BFloat16> from(input, tiling, channels, tiles.first + tile);
    const bool is_last = tile + 1 == tiles.count;
    const auto next = is_last ? InputTile<c10::BFloat16>()
                              : InputTile<c10::BFloat16>(input, tiling, channels, tiles.first + tile + 1);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      Tile transformed, next_transformed;
      transform_pixels(from, channel, transformed);
      transform_pixels(next, channel, next_transformed);
      c10::BFloat16* const to = out + (channel / kPanel * stride + tile) * kPanel + channel % kPanel * 2;
      store_interleaved_tiles(transformed, next_transformed, to, channels * stride);
    }
  }
}

/// A dy A' of one tile.
template <typename Element>
WSOL_ALWAYS_INLINE void transform_change(const Element* gradient, const Tiling& tiling, const TileOrigin& origin,
                                         int64_t channels, Tile& transformed) {
  Lanes dy[kOutputs][kOutputs];
  for (int64_t row = 0; row < kOutputs; ++row) {
    for (int64_t column = 0; column < kOutputs; ++column) {
      const int64_t y = origin.top + row, x = origin.left + column;
      const int64_t pixel = (origin.image * tiling.height + y) * tiling.width + x;
      const bool is_inside = y < tiling.height && x < tiling.width;
      dy[row][column] = is_inside ? load_lanes(gradient + pixel * channels) : Lanes{};
    }
  }
  Lanes rows[kTile][kOutputs];
  for (int x = 0; x < kOutputs; ++x) {
    rows[0][x] = dy[0][x];
    rows[1][x] = dy[0][x] + dy[1][x];
    rows[2][x] = dy[0][x] - dy[1][x];
    rows[3][x] = Lanes{} - dy[1][x];
  }
  for (int y = 0; y < kTile; ++y) {
    transformed[y][0] = rows[y][0];
    transformed[y][1] = rows[y][0] + rows[y][1];
    transformed[y][2] = rows[y][0] - rows[y][1];
    transformed[y][3] = Lanes{} - rows[y][1];
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void transform_output_gradient(const Element* gradient, const Tiling& tiling, int64_t channels,
                                                  TileRange tiles, Element* out, int64_t stride) {
  float block[kPlaces][kLanes * kLanes] = {};
  for (int64_t group = 0; group < tiles.count; group += kLanes) {
    const int64_t in_group = std::min<int64_t>(kLanes, tiles.count - group);
    TileOrigin origins[kLanes];
    for (int64_t lane = 0; lane < in_group; ++lane) origins[lane] = origin_of(tiling, tiles.first + group + lane);
    if (in_group < kLanes) std::fill(block[0], block[0] + kPlaces * kLanes * kLanes, 0.0F);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      for (int64_t lane = 0; lane < in_group; ++lane) {
        Tile transformed;
        transform_change(gradient + channel, tiling, origins[lane], channels, transformed);
        store_tile(transformed, block[0] + lane * kLanes, kLanes * kLanes);
      }
      for (int place = 0; place < kPlaces; ++place) {
        transpose(block[place], out + (place * channels + channel) * stride + group, stride);
      }
    }
  }
}

}  // namespace

// Compilers choose among instruction sets for plain functions only.
#define WSOL_TRANSFORMS(Element)                                                                                     \
  template <>                                                                                                        \
  WSOL_FOR_EACH_ISA void Transforms<Element>::input(const Element* input, const Tiling& tiling, int64_t channels,    \
                                                    TileRange tiles, Element* out, int64_t stride) {                 \
    transform_each(input, tiling, channels, tiles, out, stride, {.tile = channels, .panel = kPanel});                \
  }                                                                                                                  \
  template <>                                                                                                        \
  WSOL_FOR_EACH_ISA void Transforms<Element>::input_panels(                                                          \
      const Element* input, const Tiling& tiling, int64_t channels, TileRange tiles, Element* out, int64_t stride) { \
    transform_panels(input, tiling, channels, tiles, out, stride);                                                   \
  }                                                                                                                  \
  template <>                                                                                                        \
  WSOL_FOR_EACH_ISA void Transforms<Element>::output_gradient(const Element* gradient, const Tiling& tiling,         \
                                                              int64_t channels, TileRange tiles, Element* out,       \
                                                              int64_t stride) {                                      \
    transform_output_gradient(gradient, tiling, channels, tiles, out, stride);                                       \
  }

WSOL_TRANSFORMS(float)
WSOL_TRANSFORMS(c10::BFloat16)
#undef WSOL_TRANSFORMS

}  // namespace wsol::winograd
