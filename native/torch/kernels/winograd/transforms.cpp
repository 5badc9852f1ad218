#include "native/torch/kernels/winograd/transforms.h"

#include <algorithm>
#include <vector>

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
struct InputTile {
  const float* pixels[kTile][kTile];
};

InputTile input_tile(const float* input, const Tiling& tiling, int64_t channels, int64_t tile) {
  const TileOrigin origin = origin_of(tiling, tile);
  InputTile found;
  for (int row = 0; row < kTile; ++row) {
    for (int column = 0; column < kTile; ++column) {
      const int64_t y = origin.top - 1 + row, x = origin.left - 1 + column;
      const bool is_inside = y >= 0 && y < tiling.height && x >= 0 && x < tiling.width;
      found.pixels[row][column] =
          is_inside ? input + ((origin.image * tiling.height + y) * tiling.width + x) * channels : nullptr;
    }
  }
  return found;
}

WSOL_ALWAYS_INLINE void load_tile(const InputTile& from, int64_t channel, Tile& tile) {
  for (int y = 0; y < kTile; ++y) {
    for (int x = 0; x < kTile; ++x) {
      tile[y][x] = from.pixels[y][x] == nullptr ? Lanes{} : load_lanes(from.pixels[y][x] + channel);
    }
  }
}

WSOL_ALWAYS_INLINE void load_kernel(const float* from, int64_t in, bool is_turned, Kernel& kernel) {
  for (int y = 0; y < kKernel; ++y) {
    for (int x = 0; x < kKernel; ++x) {
      const int place = y * kKernel + x;
      kernel[y][x] = load_lanes(from + (is_turned ? kKernel * kKernel - 1 - place : place) * in);
    }
  }
}

WSOL_ALWAYS_INLINE void store_tile(const Tile& tile, float* to, int64_t place_stride) {
  for (int place = 0; place < kPlaces; ++place) {
    store_lanes(to + place * place_stride, tile[place / kTile][place % kTile]);
  }
}

/// kLanes rows of kLanes numbers, to columns.
WSOL_ALWAYS_INLINE void transpose(const float* from, int64_t from_row, float* to, int64_t to_row) {
  for (int column = 0; column < kLanes; ++column) {
    for (int row = 0; row < kLanes; ++row) to[column * to_row + row] = from[row * from_row + column];
  }
}

}  // namespace

WSOL_FOR_EACH_ISA
void transform_input(const float* input, const Tiling& tiling, int64_t channels, TileRange tiles, float* out,
                     int64_t stride) {
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const InputTile from = input_tile(input, tiling, channels, tiles.first + tile);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      Tile values, transformed;
      load_tile(from, channel, values);
      transform_tile(values, transformed);
      store_tile(transformed, out + tile * channels + channel, stride * channels);
    }
  }
}

WSOL_FOR_EACH_ISA
void transform_input_panels(const float* input, const Tiling& tiling, int64_t channels, TileRange tiles, float* out,
                            int64_t stride) {
  for (int64_t tile = 0; tile < tiles.count; ++tile) {
    const InputTile from = input_tile(input, tiling, channels, tiles.first + tile);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      Tile values, transformed;
      load_tile(from, channel, values);
      transform_tile(values, transformed);
      float* const to = out + (channel / kPanel * stride + tile) * kPanel + channel % kPanel;
      store_tile(transformed, to, channels * stride);
    }
  }
}

WSOL_FOR_EACH_ISA
void transform_output(const float* products, const Tiling& tiling, int64_t channels, TileRange tiles, int64_t stride,
                      int64_t first_channel, float* output) {
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
        float* const to = output + pixel * channels + first_channel + channel;
        store_lanes(to, sums[row][0] + sums[row][1] + sums[row][2]);
        if (has_second_column) store_lanes(to + channels, sums[row][1] - sums[row][2] - sums[row][3]);
      }
    }
  }
}

WSOL_FOR_EACH_ISA
void transform_weight(const float* weight, int64_t in, int64_t out_channels, int64_t first, int64_t count, float* out) {
  std::vector<float> block(static_cast<size_t>(kLanes * kPlaces * kLanes));
  for (int64_t out_channel = first; out_channel < first + count; out_channel += kLanes) {
    for (int64_t channel = 0; channel < in; channel += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) {
        Kernel kernel;
        Tile transformed;
        load_kernel(weight + (out_channel + lane) * kKernel * kKernel * in + channel, in, /*is_turned=*/false, kernel);
        transform_kernel(kernel, transformed);
        store_tile(transformed, block.data() + lane * kLanes, kLanes * kLanes);
      }
      float* const to = out + (out_channel / kPanel * in + channel) * kPanel + out_channel % kPanel;
      for (int place = 0; place < kPlaces; ++place) {
        transpose(block.data() + place * kLanes * kLanes, kLanes, to + place * in * out_channels, kPanel);
      }
    }
  }
}

WSOL_FOR_EACH_ISA
void transform_turned_weight(const float* weight, int64_t in, int64_t out_channels, int64_t first, int64_t count,
                             float* out) {
  for (int64_t out_channel = first; out_channel < first + count; ++out_channel) {
    for (int64_t channel = 0; channel < in; channel += kLanes) {
      Kernel kernel;
      Tile transformed;
      load_kernel(weight + out_channel * kKernel * kKernel * in + channel, in, /*is_turned=*/true, kernel);
      transform_kernel(kernel, transformed);
      float* const to = out + (channel / kPanel * out_channels + out_channel) * kPanel + channel % kPanel;
      store_tile(transformed, to, in * out_channels);
    }
  }
}

WSOL_FOR_EACH_ISA
void transform_output_gradient(const float* gradient, const Tiling& tiling, int64_t channels, TileRange tiles,
                               float* out, int64_t stride) {
  std::vector<float> block(static_cast<size_t>(kPlaces * kLanes * kLanes));
  for (int64_t group = 0; group < tiles.count; group += kLanes) {
    const int64_t in_group = std::min<int64_t>(kLanes, tiles.count - group);
    TileOrigin origins[kLanes];
    for (int64_t lane = 0; lane < in_group; ++lane) origins[lane] = origin_of(tiling, tiles.first + group + lane);
    if (in_group < kLanes) std::fill(block.begin(), block.end(), 0.0F);
    for (int64_t channel = 0; channel < channels; channel += kLanes) {
      for (int64_t lane = 0; lane < in_group; ++lane) {
        const TileOrigin& origin = origins[lane];
        Lanes dy[kOutputs][kOutputs];
        for (int64_t row = 0; row < kOutputs; ++row) {
          for (int64_t column = 0; column < kOutputs; ++column) {
            const int64_t y = origin.top + row, x = origin.left + column;
            const int64_t pixel = (origin.image * tiling.height + y) * tiling.width + x;
            const bool is_inside = y < tiling.height && x < tiling.width;
            dy[row][column] = is_inside ? load_lanes(gradient + pixel * channels + channel) : Lanes{};
          }
        }
        Lanes rows[kTile][kOutputs];
        for (int x = 0; x < kOutputs; ++x) {
          rows[0][x] = dy[0][x];
          rows[1][x] = dy[0][x] + dy[1][x];
          rows[2][x] = dy[0][x] - dy[1][x];
          rows[3][x] = Lanes{} - dy[1][x];
        }
        Tile transformed;
        for (int y = 0; y < kTile; ++y) {
          transformed[y][0] = rows[y][0];
          transformed[y][1] = rows[y][0] + rows[y][1];
          transformed[y][2] = rows[y][0] - rows[y][1];
          transformed[y][3] = Lanes{} - rows[y][1];
        }
        store_tile(transformed, block.data() + lane * kLanes, kLanes * kLanes);
      }
      for (int place = 0; place < kPlaces; ++place) {
        float* const to = out + (place * channels + channel) * stride + group;
        transpose(block.data() + place * kLanes * kLanes, kLanes, to, stride);
      }
    }
  }
}

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
