#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

#include "native/torch/kernels/winograd/tiling.h"

/// The transforms of the minimal filtering algorithm F(2 x 2, 3 x 3): 16 products instead of 36 for four outputs
/// (Winograd 1980; Lavin and Gray, CVPR 2016). A convolution is Y = A' [(G g G') o (B' d B)] A, summed over channels in
/// between. Maps are [N, H, W, C]; channels are multiples of kPanel. Each is there for maps of float32 and of bfloat16,
/// is computed in float32, and writes what is to be multiplied in the element of the map. A right-hand matrix has its
/// rows interleaved (kInterleaved).
namespace wsol::winograd {

/// What becomes of a convolution's sums before they are written, each if it is there.
template <typename Element>
struct Finish {
  /// Added, by channel; null: neither it nor what follows.
  const float* bias = nullptr;
  /// Added, laid out as the output.
  const Element* residual = nullptr;
  bool relu = false;
};

template <typename Element>
struct Transforms {
  /// B' d B of the tiles of `input`, with a border of zeros: to `out` [place, tile, channel], `stride` tiles from one
  /// place to the next.
  static void input(const Element* input, const Tiling& tiling, int64_t channels, TileRange tiles, Element* out,
                    int64_t stride);

  /// A' m A of one panel of channels, `products` [place, tile, kPanel], finished, to its place in `output`.
  static void output(const float* products, const Tiling& tiling, int64_t channels, TileRange tiles, int64_t stride,
                     int64_t first_channel, const Finish<Element>& finish, Element* output);

  /// G g G' of `count` kernels of `weight` [out, 3, 3, in], a multiple of kLanes, to `out` [place, out / kPanel, in,
  /// kPanel].
  static void weight(const float* weight, int64_t in, int64_t out_channels, int64_t first, int64_t count, Element* out);

  /// The same of the kernels turned by half a turn, with in and out exchanged, as the gradient of the input takes them:
  /// `out` is [place, in / kPanel, out, kPanel].
  static void turned_weight(const float* weight, int64_t in, int64_t out_channels, int64_t first, int64_t count,
                            Element* out);

  /// The input's transform as the weights' gradient takes it: [place, in / kPanel, tile, kPanel], up to the next
  /// multiple of kInterleaved, where there are no more tiles zeros.
  static void input_panels(const Element* input, const Tiling& tiling, int64_t channels, TileRange tiles, Element* out,
                           int64_t stride);

  /// A dy A' of the output's gradient, its tiles in neighbouring columns: [place, out, tile], up to the next multiple
  /// of kLanes, where there are no more tiles zeros.
  static void output_gradient(const Element* gradient, const Tiling& tiling, int64_t channels, TileRange tiles,
                              Element* out, int64_t stride);
};

/// G' du G of `products` [place, in / kPanel, out, kPanel], of the outputs from `first` on, to `gradient` [out, 3, 3,
/// in].
void transform_weight_gradient(const float* products, int64_t in, int64_t out_channels, int64_t first, int64_t count,
                               float* gradient);

}  // namespace wsol::winograd
