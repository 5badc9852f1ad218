#pragma once

#include <c10/util/BFloat16.h>

#include "native/torch/kernels/channel_rows.h"

/// Passes of a batch norm over rows of channels, a multiple of kChannelsAtOnce: pixels of maps in channels_last. What
/// is added up is float32 whatever the elements are.
namespace wsol::batch_norm {

/// Of each channel the mean, and the sum of squared differences from it. In two passes, so `rows` should be few enough
/// for the processor's cache.
void moments(const float* input, Rows rows, float* mean, float* squares);
void moments(const c10::BFloat16* input, Rows rows, float* mean, float* squares);

/// input * scale + shift, plus `residual` unless that is null, then ReLU if asked for.
void normalise(const float* input, const float* residual, Rows rows, const float* scale, const float* shift,
               bool has_relu, float* output);
void normalise(const c10::BFloat16* input, const c10::BFloat16* residual, Rows rows, const float* scale,
               const float* shift, bool has_relu, c10::BFloat16* output);

/// Of each channel the sum of what reaches the norm, and of its products with input - mean.
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
