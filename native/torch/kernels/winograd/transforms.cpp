#include "native/torch/kernels/winograd/transforms.h"

#include <algorithm>

#include "native/torch/kernels/gemm.h"
#include "native/torch/kernels/lanes.h"

namespace wsol::winograd {

namespace {

/// The lanes of one tile's values, or products, for neighbouring channels.
using Tile = Lanes[kTile][kTile];
using Kernel = Lanes[kKernel][kKernel];

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

/// G g G'.
WSOL_ALWAYS_INLINE void transform_kernel(const Kernel& g, Tile& out) {
  Lanes rows[kTile][kKernel];
  for (int x = 0; x < kKernel; ++x) {
    const Lanes outer = (g[0][x] + g[2][x]) * 0.5F, middle = g[1][x] * 0.5F;
    rows[0][x] = g[0][x];
    rows[1][x] = outer + middle;
    rows[2][x] = outer - middle;
    rows[3][x] = g[2][x];
  }
  for (int y = 0; y < kTile; ++y) {
    const Lanes outer = (rows[y][0] + rows[y][2]) * 0.5F, middle = rows[y][1] * 0.5F;
    out[y][0] = rows[y][0];
    out[y][1] = outer + middle;
    out[y][2] = outer - middle;
    out[y][3] = rows[y][2];
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

WSOL_ALWAYS_INLINE void load_kernel(const float* from, int64_t in, bool is_turned, Kernel& kernel) {
  for (int y = 0; y < kKernel; ++y) {
    for (int x = 0; x < kKernel; ++x) {
      const int place = y * kKernel + x;
      kernel[y][x] = load_lanes(from + (is_turned ? kKernel * kKernel - 1 - place : place) * in);
    }
  }
}

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

/// kLanes rows of kLanes numbers, to columns that are rows of a panel.
WSOL_ALWAYS_INLINE void transpose_to_panel(const float* from, float* to) { transpose(from, to, kPanel); }

WSOL_ALWAYS_INLINE void transpose_to_panel(const float* from, c10::BFloat16* to) {
  float columns[kLanes * kLanes];
  transpose(from, columns, kLanes);
  for (int column = 0; column < kLanes; column += 2) {
    const float* const pair = columns + column * kLanes;
    store_interleaved(to + column * kPanel, load_lanes(pair), load_lanes(pair + kLanes));
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void transform_input(const Element* input, const Tiling& tiling, int64_t channels, TileRange tiles,
                                        Element* out, int64_t stride) {
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const InputTile<Element> from(input, tiling, channels, tiles.first + tile);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      Tile transformed;
      transform_pixels(from, channel, transformed);
      store_tile(transformed, out + tile * channels + channel, stride * channels);
    }
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void transform_output(const float* products, const Tiling& tiling, int64_t channels, TileRange tiles,
                                         int64_t stride, int64_t first_channel, Element* output) {
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const TileOrigin origin = origin_of(tiling, tiles.first + tile);
    const bool has_second_column = origin.left + 1 < tiling.width;
    const int64_t rows = std::min<int64_t>(kOutputs, tiling.height - origin.top);
    for (int64_t channel = 0; channel < kPanel; channel += kLanes) {
      Tile m;
      for (int place = 0; place < kPlaces; ++place) {
        m[place / kTile][place % kTile] = load_lanes(products + (place * stride + tile) * kPanel + channel);
      }
      Lanes sums[kOutputs][kTile];
      for (int x = 0; x < kTile; ++x) {
        sums[0][x] = m[0][x] + m[1][x] + m[2][x];
        sums[1][x] = m[1][x] - m[2][x] - m[3][x];
      }
      for (int64_t row = 0; row < rows; ++row) {
        const int64_t pixel = (origin.image * tiling.height + origin.top + row) * tiling.width + origin.left;
        Element* const to = output + pixel * channels + first_channel + channel;
        store_lanes(to, sums[row][0] + sums[row][1] + sums[row][2]);
        if (has_second_column) store_lanes(to + channels, sums[row][1] - sums[row][2] - sums[row][3]);
      }
    }
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void transform_weight(const float* weight, int64_t in, int64_t out_channels, int64_t first,
                                         int64_t count, Element* out) {
  float block[kPlaces][kLanes * kLanes];
  for (int64_t out_channel = first; out_channel < first + count; out_channel += kLanes) {
    for (int64_t channel = 0; channel < in; channel += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) {
        Kernel kernel;
        Tile transformed;
        load_kernel(weight + (out_channel + lane) * kKernel * kKernel * in + channel, in, /*is_turned=*/false, kernel);
        transform_kernel(kernel, transformed);
        store_tile(transformed, block[0] + lane * kLanes, kLanes * kLanes);
      }
      Element* const to =
          out + (out_channel / kPanel * in + channel) * kPanel + out_channel % kPanel * kInterleaved<Element>;
      for (int place = 0; place < kPlaces; ++place) transpose_to_panel(block[place], to + place * in * out_channels);
    }
  }
}

WSOL_ALWAYS_INLINE void turn_and_transform(const float* weight, int64_t in, Tile& transformed) {
  Kernel kernel;
  load_kernel(weight, in, /*is_turned=*/true, kernel);
  transform_kernel(kernel, transformed);
}

WSOL_ALWAYS_INLINE void transform_turned(const float* weight, int64_t in, int64_t out_channels, int64_t first,
                                         int64_t count, float* out) {
  for (int64_t out_channel = first; out_channel < first + count; ++out_channel) {
    for (int64_t channel = 0; channel < in; channel += kLanes) {
      Tile transformed;
      turn_and_transform(weight + out_channel * kKernel * kKernel * in + channel, in, transformed);
      float* const to = out + (channel / kPanel * out_channels + out_channel) * kPanel + channel % kPanel;
      store_tile(transformed, to, in * out_channels);
    }
  }
}

WSOL_ALWAYS_INLINE void transform_turned(const float* weight, int64_t in, int64_t out_channels, int64_t first,
                                         int64_t count, c10::BFloat16* out) {
  for (int64_t out_channel = first; out_channel < first + count; out_channel += 2) {
    for (int64_t channel = 0; channel < in; channel += kLanes) {
      const float* const from = weight + out_channel * kKernel * kKernel * in + channel;
      Tile transformed, next;
      turn_and_transform(from, in, transformed);
      turn_and_transform(from + kKernel * kKernel * in, in, next);
      c10::BFloat16* const to = out + (channel / kPanel * out_channels + out_channel) * kPanel + channel % kPanel * 2;
      store_interleaved_tiles(transformed, next, to, in * out_channels);
    }
  }
}

WSOL_ALWAYS_INLINE void transform_panels(const float* input, const Tiling& tiling, int64_t channels, TileRange tiles,
                                         float* out, int64_t stride) {
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const InputTile<float> from(input, tiling, channels, tiles.first + tile);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      Tile transformed;
      transform_pixels(from, channel, transformed);
      float* const to = out + (channel / kPanel * stride + tile) * kPanel + channel % kPanel;
      store_tile(transformed, to, channels * stride);
    }
  }
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
    transform_input(input, tiling, channels, tiles, out, stride);                                                    \
  }                                                                                                                  \
  template <>                                                                                                        \
  WSOL_FOR_EACH_ISA void Transforms<Element>::output(const float* products, const Tiling& tiling, int64_t channels,  \
                                                     TileRange tiles, int64_t stride, int64_t first_channel,         \
                                                     Element* output) {                                              \
    transform_output(products, tiling, channels, tiles, stride, first_channel, output);                              \
  }                                                                                                                  \
  template <>                                                                                                        \
  WSOL_FOR_EACH_ISA void Transforms<Element>::weight(const float* weight, int64_t in, int64_t out_channels,          \
                                                     int64_t first, int64_t count, Element* out) {                   \
    transform_weight(weight, in, out_channels, first, count, out);                                                   \
  }                                                                                                                  \
  template <>                                                                                                        \
  WSOL_FOR_EACH_ISA void Transforms<Element>::turned_weight(const float* weight, int64_t in, int64_t out_channels,   \
                                                            int64_t first, int64_t count, Element* out) {            \
    transform_turned(weight, in, out_channels, first, count, out);                                                   \
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

WSOL_FOR_EACH_ISA
void transform_weight_gradient(const float* products, int64_t in, int64_t out_channels, int64_t first, int64_t count,
                               float* gradient) {
  for (int64_t out_channel = first; out_channel < first + count; ++out_channel) {
    for (int64_t channel = 0; channel < in; channel += kLanes) {
      Tile u;
      for (int place = 0; place < kPlaces; ++place) {
        const int64_t panel = place * (in / kPanel) + channel / kPanel;
        u[place / kTile][place % kTile] =
            load_lanes(products + (panel * out_channels + out_channel) * kPanel + channel % kPanel);
      }
      Lanes rows[kKernel][kTile];
      for (int x = 0; x < kTile; ++x) {
        const Lanes sum = (u[1][x] + u[2][x]) * 0.5F, difference = (u[1][x] - u[2][x]) * 0.5F;
        rows[0][x] = u[0][x] + sum;
        rows[1][x] = difference;
        rows[2][x] = sum + u[3][x];
      }
      float* const to = gradient + out_channel * kKernel * kKernel * in + channel;
      for (int y = 0; y < kKernel; ++y) {
        const Lanes sum = (rows[y][1] + rows[y][2]) * 0.5F, difference = (rows[y][1] - rows[y][2]) * 0.5F;
        store_lanes(to + (y * kKernel) * in, rows[y][0] + sum);
        store_lanes(to + (y * kKernel + 1) * in, difference);
        store_lanes(to + (y * kKernel + 2) * in, sum + rows[y][3]);
      }
    }
  }
}

}  // namespace wsol::winograd
