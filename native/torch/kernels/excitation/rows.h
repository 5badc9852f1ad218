#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace wsol::excitation {

/// Of neighbouring pixels of one image, rows of channels, a multiple of kChannelsAtOnce.
template <typename Element>
struct Backward {
  const Element* gradient;
  const Element* output;
  const Element* input;
  /// The gradient where the output is above 0: that of the residual.
  Element* passed;
  /// The same times the channel's scale: that of the input.
  Element* scaled;
};

/// Writes both, and of each channel the sum of passed * input: the gradient of the scale.
void find_gradients(const Backward<float>& backward, int64_t rows, int64_t channels, const float* scale,
                    float* products);
void find_gradients(const Backward<c10::BFloat16>& backward, int64_t rows, int64_t channels, const float* scale,
                    float* products);

}  // namespace wsol::excitation
