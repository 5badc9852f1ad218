#pragma once

#include <cstdint>

#include "native/torch/kernels/winograd/tiling.h"

/// The transforms of the minimal filtering algorithm F(2 x 2, 3 x 3): 16 products instead of 36 for four outputs
/// (Winograd 1980; Lavin and Gray, CVPR 2016). A convolution is Y = A' [(G g G') o (B' d B)] A, summed over channels in
/// between. Maps are [N, H, W, C]; channels are multiples of kPanel.
namespace wsol::winograd {

/// B' d B of the tiles of `input`, with a border of zeros: to `out` [place, tile, channel], `stride` tiles from one
/// place to the next.
void transform_input(const float* input, const Tiling& tiling, int64_t channels, TileRange tiles, float* out,
                     int64_t stride);

/// A' m A of one panel of channels, `products` [place, tile, kPanel], to its place in `output`.
void transform_output(const float* products, const Tiling& tiling, int64_t channels, TileRange tiles, int64_t stride,
                      int64_t first_channel, float* output);

/// G g G' of `count` kernels of `weight` [out, 3, 3, in], a multiple of kLanes, to `out` [place, out / kPanel, in,
/// kPanel].
void transform_weight(const float* weight, int64_t in, int64_t out_channels, int64_t first, int64_t count, float* out);

/// The same of the kernels turned by half a turn, with in and out exchanged, as the gradient of the input takes them:
/// `out` is [place, in / kPanel, out, kPanel].
void transform_turned_weight(const float* weight, int64_t in, int64_t out_channels, int64_t first, int64_t count,
                             float* out);

/// The input's transform as the weights' gradient takes it: [place, in / kPanel, tile, kPanel].
void transform_input_panels(const float* input, const Tiling& tiling, int64_t channels, TileRange tiles, float* out,
                            int64_t stride);

/// A dy A' of the output's gradient, its tiles in neighbouring columns: [place, out, tile], up to the next multiple of
/// kLanes, where there are no more tiles zeros.
void transform_output_gradient(const float* gradient, const Tiling& tiling, int64_t channels, TileRange tiles,
                               float* out, int64_t stride);

/// G' du G of `products` [place, in / kPanel, out, kPanel], of the outputs from `first` on, to `gradient` [out, 3, 3,
/// in].
void transform_weight_gradient(const float* products, int64_t in, int64_t out_channels, int64_t first, int64_t count,
                               float* gradient);

}  // namespace wsol::winograd
