#include "native/torch/kernels/batch_norm/rows.h"

#include "native/torch/kernels/lanes.h"

namespace wsol::batch_norm {

namespace {

/// Lanes that are added up side by side.
constexpr int kVectors = kChannelsAtOnce / kLanes;

template <typename Element>
WSOL_ALWAYS_INLINE void find_moments(const Element* input, Rows rows, float* mean, float* squares) {
  const float per_row = 1.0F / static_cast<float>(rows.count);
  for (int64_t channel = 0; channel < rows.channels; channel += kChannelsAtOnce) {
    Lanes sums[kVectors] = {}, means[kVectors];
    for (int64_t row = 0; row < rows.count; ++row) {
      const Element* const from = input + row * rows.channels + channel;
      for (int v = 0; v < kVectors; ++v) sums[v] += load_lanes(from + v * kLanes);
    }
    for (int v = 0; v < kVectors; ++v) {
      means[v] = sums[v] * per_row;
      store_lanes(mean + channel + v * kLanes, means[v]);
      sums[v] = Lanes{};
    }
    for (int64_t row = 0; row < rows.count; ++row) {
      const Element* const from = input + row * rows.channels + channel;
      for (int v = 0; v < kVectors; ++v) {
        const Lanes difference = load_lanes(from + v * kLanes) - means[v];
        sums[v] += difference * difference;
      }
    }
    for (int v = 0; v < kVectors; ++v) store_lanes(squares + channel + v * kLanes, sums[v]);
  }
}

template <bool kHasResidual, bool kHasRelu, typename Element>
WSOL_ALWAYS_INLINE void normalise_each(const Element* input, const Element* residual, Rows rows, const float* scale,
                                       const float* shift, Element* output) {
  for (int64_t row = 0; row < rows.count; ++row) {
    const int64_t begin = row * rows.channels;
    for (int64_t channel = 0; channel < rows.channels; channel += kLanes) {
      const int64_t at = begin + channel;
      Lanes value = load_lanes(input + at) * load_lanes(scale + channel) + load_lanes(shift + channel);
      if constexpr (kHasResidual) value = value + load_lanes(residual + at);
      if constexpr (kHasRelu) value = relu(value);
      store_lanes(output + at, value);
    }
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void normalise_rows(const Element* input, const Element* residual, Rows rows, const float* scale,
                                       const float* shift, bool has_relu, Element* output) {
  if (residual == nullptr) {
    if (has_relu) return normalise_each<false, true>(input, residual, rows, scale, shift, output);
    return normalise_each<false, false>(input, residual, rows, scale, shift, output);
  }
  if (has_relu) return normalise_each<true, true>(input, residual, rows, scale, shift, output);
  normalise_each<true, false>(input, residual, rows, scale, shift, output);
}

template <bool kHasOutput, typename Element>
WSOL_ALWAYS_INLINE Lanes passed_at(const Backward<Element>& backward, int64_t at) {
  const Lanes gradient = load_lanes(backward.gradient + at);
  if constexpr (!kHasOutput) return gradient;
  return where_positive(load_lanes(backward.output + at), gradient);
}

template <bool kHasOutput, bool kIsPassed, typename Element>
WSOL_ALWAYS_INLINE void sum_each(const Backward<Element>& backward, Rows rows, const float* mean, float* sums,
                                 float* products) {
  for (int64_t channel = 0; channel < rows.channels; channel += kChannelsAtOnce) {
    Lanes sum[kVectors] = {}, product[kVectors] = {}, means[kVectors];
    for (int v = 0; v < kVectors; ++v) means[v] = load_lanes(mean + channel + v * kLanes);
    for (int64_t row = 0; row < rows.count; ++row) {
      for (int v = 0; v < kVectors; ++v) {
        const int64_t at = row * rows.channels + channel + v * kLanes;
        const Lanes passed = passed_at<kHasOutput>(backward, at);
        if constexpr (kIsPassed) store_lanes(backward.passed + at, passed);
        sum[v] += passed;
        product[v] += passed * (load_lanes(backward.input + at) - means[v]);
      }
    }
    for (int v = 0; v < kVectors; ++v) {
      store_lanes(sums + channel + v * kLanes, sum[v]);
      store_lanes(products + channel + v * kLanes, product[v]);
    }
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void sum_rows(const Backward<Element>& backward, Rows rows, const float* mean, float* sums,
                                 float* products) {
  if (backward.output == nullptr) return sum_each<false, false>(backward, rows, mean, sums, products);
  if (backward.passed == nullptr) return sum_each<true, false>(backward, rows, mean, sums, products);
  sum_each<true, true>(backward, rows, mean, sums, products);
}

template <bool kHasOutput, typename Element>
WSOL_ALWAYS_INLINE void change_each(const Backward<Element>& backward, Rows rows, const InputGradient& channels,
                                    Element* to) {
  for (int64_t row = 0; row < rows.count; ++row) {
    for (int64_t channel = 0; channel < rows.channels; channel += kLanes) {
      const int64_t at = row * rows.channels + channel;
      const Lanes difference = load_lanes(backward.input + at) - load_lanes(channels.mean + channel);
      const Lanes passed = passed_at<kHasOutput>(backward, at) * load_lanes(channels.factor + channel);
      store_lanes(to + at,
                  passed + difference * load_lanes(channels.slope + channel) + load_lanes(channels.offset + channel));
    }
  }
}

template <typename Element>
WSOL_ALWAYS_INLINE void change_rows(const Backward<Element>& backward, Rows rows, const InputGradient& channels,
                                    Element* to) {
  if (backward.output == nullptr) return change_each<false>(backward, rows, channels, to);
  change_each<true>(backward, rows, channels, to);
}

}  // namespace

// Compilers choose among instruction sets for plain functions only.

WSOL_FOR_EACH_ISA
void moments(const float* input, Rows rows, float* mean, float* squares) { find_moments(input, rows, mean, squares); }

WSOL_FOR_EACH_ISA
void moments(const c10::BFloat16* input, Rows rows, float* mean, float* squares) {
  find_moments(input, rows, mean, squares);
}

WSOL_FOR_EACH_ISA
void normalise(const float* input, const float* residual, Rows rows, const float* scale, const float* shift,
               bool has_relu, float* output) {
  normalise_rows(input, residual, rows, scale, shift, has_relu, output);
}

WSOL_FOR_EACH_ISA
void normalise(const c10::BFloat16* input, const c10::BFloat16* residual, Rows rows, const float* scale,
               const float* shift, bool has_relu, c10::BFloat16* output) {
  normalise_rows(input, residual, rows, scale, shift, has_relu, output);
}

WSOL_FOR_EACH_ISA
void gradient_sums(const Backward<float>& backward, Rows rows, const float* mean, float* sums, float* products) {
  sum_rows(backward, rows, mean, sums, products);
}

WSOL_FOR_EACH_ISA
void gradient_sums(const Backward<c10::BFloat16>& backward, Rows rows, const float* mean, float* sums,
                   float* products) {
  sum_rows(backward, rows, mean, sums, products);
}

WSOL_FOR_EACH_ISA
void input_gradient(const Backward<float>& backward, Rows rows, const InputGradient& channels, float* to) {
  change_rows(backward, rows, channels, to);
}

WSOL_FOR_EACH_ISA
void input_gradient(const Backward<c10::BFloat16>& backward, Rows rows, const InputGradient& channels,
                    c10::BFloat16* to) {
  change_rows(backward, rows, channels, to);
}

}  // namespace wsol::batch_norm
