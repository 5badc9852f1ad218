#include "native/torch/kernels/gemm.h"
#include "native/torch/kernels/lanes.h"
#include "native/torch/kernels/winograd/tiles.h"
#include "native/torch/kernels/winograd/transforms.h"

namespace wsol::winograd {

namespace {

using Kernel = Lanes[kKernel][kKernel];

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

WSOL_ALWAYS_INLINE void load_kernel(const float* from, int64_t in, bool is_turned, Kernel& kernel) {
  for (int y = 0; y < kKernel; ++y) {
    for (int x = 0; x < kKernel; ++x) {
      const int place = y * kKernel + x;
      kernel[y][x] = load_lanes(from + (is_turned ? kKernel * kKernel - 1 - place : place) * in);
    }
  }
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

}  // namespace

// Compilers choose among instruction sets for plain functions only.
#define WSOL_TRANSFORMS(Element)                                                                                   \
  template <>                                                                                                      \
  WSOL_FOR_EACH_ISA void Transforms<Element>::weight(const float* weight, int64_t in, int64_t out_channels,        \
                                                     int64_t first, int64_t count, Element* out) {                 \
    transform_weight(weight, in, out_channels, first, count, out);                                                 \
  }                                                                                                                \
  template <>                                                                                                      \
  WSOL_FOR_EACH_ISA void Transforms<Element>::turned_weight(const float* weight, int64_t in, int64_t out_channels, \
                                                            int64_t first, int64_t count, Element* out) {          \
    transform_turned(weight, in, out_channels, first, count, out);                                                 \
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
