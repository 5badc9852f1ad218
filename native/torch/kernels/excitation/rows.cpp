#include "native/torch/kernels/excitation/rows.h"

#include "native/torch/kernels/lanes.h"

namespace wsol::excitation {

namespace {

template <typename Element>
WSOL_ALWAYS_INLINE void find_each(const Backward<Element>& backward, Rows rows, const float* scale, Element* scaled,
                                  float* products) {
  constexpr int kVectors = kChannelsAtOnce / kLanes;
  for (int64_t channel = 0; channel < rows.channels; channel += kChannelsAtOnce) {
    Lanes product[kVectors] = {}, scales[kVectors];
    for (int v = 0; v < kVectors; ++v) scales[v] = load_lanes(scale + channel + v * kLanes);
    for (int64_t row = 0; row < rows.count; ++row) {
      for (int v = 0; v < kVectors; ++v) {
        const int64_t at = row * rows.channels + channel + v * kLanes;
        const Lanes passed = where_positive(load_lanes(backward.output + at), load_lanes(backward.gradient + at));
        store_lanes(backward.passed + at, passed);
        store_lanes(scaled + at, passed * scales[v]);
        product[v] += passed * load_lanes(backward.input + at);
      }
    }
    for (int v = 0; v < kVectors; ++v) store_lanes(products + channel + v * kLanes, product[v]);
  }
}

}  // namespace

// Compilers choose among instruction sets for plain functions only.

WSOL_FOR_EACH_ISA
void find_gradients(const Backward<float>& backward, Rows rows, const float* scale, float* scaled, float* products) {
  find_each(backward, rows, scale, scaled, products);
}

WSOL_FOR_EACH_ISA
void find_gradients(const Backward<c10::BFloat16>& backward, Rows rows, const float* scale, c10::BFloat16* scaled,
                    float* products) {
  find_each(backward, rows, scale, scaled, products);
}

}  // namespace wsol::excitation
