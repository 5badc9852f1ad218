#include "native/torch/kernels/excitation/rows.h"

#include "native/torch/kernels/channel_rows.h"
#include "native/torch/kernels/lanes.h"

namespace wsol::excitation {

namespace {

template <typename Element>
WSOL_ALWAYS_INLINE void find_each(const Backward<Element>& backward, int64_t rows, int64_t channels, const float* scale,
                                  float* products) {
  constexpr int kVectors = kChannelsAtOnce / kLanes;
  for (int64_t channel = 0; channel < channels; channel += kChannelsAtOnce) {
    Lanes product[kVectors] = {}, scales[kVectors];
    for (int v = 0; v < kVectors; ++v) scales[v] = load_lanes(scale + channel + v * kLanes);
    for (int64_t row = 0; row < rows; ++row) {
      for (int v = 0; v < kVectors; ++v) {
        const int64_t at = row * channels + channel + v * kLanes;
        const Lanes passed = where_positive(load_lanes(backward.output + at), load_lanes(backward.gradient + at));
        store_lanes(backward.passed + at, passed);
        store_lanes(backward.scaled + at, passed * scales[v]);
        product[v] += passed * load_lanes(backward.input + at);
      }
    }
    for (int v = 0; v < kVectors; ++v) store_lanes(products + channel + v * kLanes, product[v]);
  }
}

}  // namespace

// Compilers choose among instruction sets for plain functions only.

WSOL_FOR_EACH_ISA
void find_gradients(const Backward<float>& backward, int64_t rows, int64_t channels, const float* scale,
                    float* products) {
  find_each(backward, rows, channels, scale, products);
}

WSOL_FOR_EACH_ISA
void find_gradients(const Backward<c10::BFloat16>& backward, int64_t rows, int64_t channels, const float* scale,
                    float* products) {
  find_each(backward, rows, channels, scale, products);
}

}  // namespace wsol::excitation
