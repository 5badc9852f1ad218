#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

/// Passes of a batch norm over rows of channels, a multiple of kChannelsAtOnce: pixels of maps in channels_last. What
/// is added up is float32 whatever the elements are.
namespace wsol::batch_norm {

/// Rows x channels, one after the other.
struct Rows {
  int64_t count;
  int64_t channels;
};

/// Of each channel the mean, and the sum of squared differences from it. In two passes, so `rows` should be few enough
/// for the processor's cache.
void moments(const float* input, Rows rows, float* mean, float* squares);
void moments(const c10::BFloat16* input, Rows rows, float* mean, float* squares);

/// input * scale + shift, plus `residual` unless that is null, then ReLU if asked for.
void normalise(const float* input, const float* residual, Rows rows, const float* scale, const float* shift,
               bool has_relu, float* output);
void normalise(const c10::BFloat16* input, const c10::BFloat16* residual, Rows rows, const float* scale,
               const float* shift, bool has_relu, c10::BFloat16* output);

/// What reaches the norm of the gradient behind it: all of it, or with `output` not null where that is above 0. Written
/// to `passed` unless that is null. Of each channel its sum, and the sum of its products with input - mean, are added
/// up.
template <typename Element>
struct Backward {
  const Element* gradient;
  const Element* output;
  const Element* input;
  Element* passed;
};

void gradient_sums(const Backward<float>& backward, Rows rows, const float* mean, float* sums, float* products);
void gradient_sums(const Backward<c10::BFloat16>& backward, Rows rows, const float* mean, float* sums, float* products);

/// The gradient of the input: factor * what reaches the norm + slope * (input - mean) + offset.
struct InputGradient {
  const float* factor;
  const float* slope;
  const float* mean;
  const float* offset;
};

void input_gradient(const Backward<float>& backward, Rows rows, const InputGradient& channels, float* to);
void input_gradient(const Backward<c10::BFloat16>& backward, Rows rows, const InputGradient& channels,
                    c10::BFloat16* to);

}  // namespace wsol::batch_norm
