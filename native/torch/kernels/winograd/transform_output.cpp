#include <algorithm>

#include "native/torch/kernels/lanes.h"
#include "native/torch/kernels/winograd/tiles.h"
#include "native/torch/kernels/winograd/transforms.h"

namespace wsol::winograd {

namespace {

/// The parts of a Finish that are there.
struct Parts {
  bool bias = false;
  bool residual = false;
  bool relu = false;
};

template <Parts kHas, typename Element>
WSOL_ALWAYS_INLINE void store_finished(Lanes sum, const Lanes& bias, const Finish<Element>& finish, int64_t at,
                                       Element* output) {
  if constexpr (kHas.bias) sum = sum + bias;
  if constexpr (kHas.residual) sum = sum + load_lanes(finish.residual + at);
  if constexpr (kHas.relu) sum = relu(sum);
  store_lanes(output + at, sum);
}

template <Parts kHas, typename Element>
WSOL_ALWAYS_INLINE void transform_each(const float* products, const Tiling& tiling, int64_t channels, TileRange tiles,
                                       int64_t stride, int64_t first_channel, const Finish<Element>& finish,
                                       Element* output) {
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
      Lanes bias{};
      if constexpr (kHas.bias) bias = load_lanes(finish.bias + first_channel + channel);
      for (int64_t row = 0; row < rows; ++row) {
        const int64_t pixel = (origin.image * tiling.height + origin.top + row) * tiling.width + origin.left;
        const int64_t at = pixel * channels + first_channel + channel;
        store_finished<kHas>(sums[row][0] + sums[row][1] + sums[row][2], bias, finish, at, output);
        if (!has_second_column) continue;
        store_finished<kHas>(sums[row][1] - sums[row][2] - sums[row][3], bias, finish, at + channels, output);
      }
    }
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void transform_output(const float* products, const Tiling& tiling, int64_t channels, TileRange tiles,
                                         int64_t stride, int64_t first_channel, const Finish<Element>& finish,
                                         Element* output) {
  constexpr Parts kNone{}, kBias{.bias = true}, kBiasRelu{.bias = true, .relu = true},
      kBiasResidual{.bias = true, .residual = true}, kAll{.bias = true, .residual = true, .relu = true};
  if (finish.bias == nullptr) {
    transform_each<kNone>(products, tiling, channels, tiles, stride, first_channel, finish, output);
  } else if (finish.residual == nullptr && !finish.relu) {
    transform_each<kBias>(products, tiling, channels, tiles, stride, first_channel, finish, output);
  } else if (finish.residual == nullptr) {
    transform_each<kBiasRelu>(products, tiling, channels, tiles, stride, first_channel, finish, output);
  } else if (!finish.relu) {
    transform_each<kBiasResidual>(products, tiling, channels, tiles, stride, first_channel, finish, output);
  } else {
    transform_each<kAll>(products, tiling, channels, tiles, stride, first_channel, finish, output);
  }
}

}  // namespace

// Compilers choose among instruction sets for plain functions only.
#define WSOL_TRANSFORMS(Element)                                                                                    \
  template <>                                                                                                       \
  WSOL_FOR_EACH_ISA void Transforms<Element>::output(const float* products, const Tiling& tiling, int64_t channels, \
                                                     TileRange tiles, int64_t stride, int64_t first_channel,        \
                                                     const Finish<Element>& finish, Element* output) {              \
    transform_output(products, tiling, channels, tiles, stride, first_channel, finish, output);                     \
  }

WSOL_TRANSFORMS(float)
WSOL_TRANSFORMS(c10::BFloat16)
#undef WSOL_TRANSFORMS

}  // namespace wsol::winograd
