#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

/// Compiled once for each instruction set, of which the program takes the best that the processor has when it is
/// loaded. Sanitizers run before that choice can be made.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define WSOL_FOR_EACH_ISA __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WSOL_FOR_EACH_ISA
#endif

#if defined(__GNUC__)
#define WSOL_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define WSOL_ALWAYS_INLINE __forceinline
#endif

namespace wsol {

/// So many neighbouring channels at a time, which compilers turn into as many registers as it takes.
inline constexpr int kLanes = 16;

#if defined(__GNUC__)

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(alignof(float)), may_alias));

namespace detail {

using Bits = uint32_t __attribute__((vector_size(kLanes * sizeof(uint32_t))));
using HalfBits =
    uint16_t __attribute__((vector_size(kLanes * sizeof(uint16_t)), aligned(alignof(uint16_t)), may_alias));

/// As bfloat16 in the lower halves: to the nearest, ties to even, as LibTorch rounds.
WSOL_ALWAYS_INLINE Bits rounded(Lanes lanes) {
  const auto bits = (Bits)lanes;
  const auto is_nan = (Bits)(lanes != lanes);
  return (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) & ~is_nan) | (0x7FC0 & is_nan);
}

}  // namespace detail

WSOL_ALWAYS_INLINE Lanes load_lanes(const float* from) { return *reinterpret_cast<const Lanes*>(from); }
WSOL_ALWAYS_INLINE void store_lanes(float* to, Lanes lanes) { *reinterpret_cast<Lanes*>(to) = lanes; }

WSOL_ALWAYS_INLINE Lanes load_lanes(const c10::BFloat16* from) {
  const auto halves = *reinterpret_cast<const detail::HalfBits*>(from);
  return (Lanes)(__builtin_convertvector(halves, detail::Bits) << 16);
}

WSOL_ALWAYS_INLINE void store_lanes(c10::BFloat16* to, Lanes lanes) {
  *reinterpret_cast<detail::HalfBits*>(to) = __builtin_convertvector(detail::rounded(lanes), detail::HalfBits);
}

/// Lane by lane a number of `first` and one of `second`, side by side.
WSOL_ALWAYS_INLINE void store_interleaved(c10::BFloat16* to, Lanes first, Lanes second) {
  using Pairs = uint32_t __attribute__((vector_size(kLanes * sizeof(uint32_t)), aligned(alignof(uint16_t)), may_alias));
  *reinterpret_cast<Pairs*>(to) = detail::rounded(first) | (detail::rounded(second) << 16);
}

/// `lanes` where `mask` is above zero, else 0.
WSOL_ALWAYS_INLINE Lanes where_positive(Lanes mask, Lanes lanes) {
  return (Lanes)((detail::Bits)lanes & (detail::Bits)(mask > 0));
}

/// As LibTorch's: NaN stays NaN.
WSOL_ALWAYS_INLINE Lanes relu(Lanes lanes) { return (Lanes)((detail::Bits)lanes & ~(detail::Bits)(lanes <= 0)); }

#else

struct Lanes {
  float value[kLanes];
  float& operator[](int lane) { return value[lane]; }
  float operator[](int lane) const { return value[lane]; }
};

namespace detail {

template <typename Operation>
WSOL_ALWAYS_INLINE Lanes each_lane(Operation operation) {
  Lanes result;
  for (int lane = 0; lane < kLanes; ++lane) result.value[lane] = operation(lane);
  return result;
}

}  // namespace detail

WSOL_ALWAYS_INLINE Lanes operator+(const Lanes& a, const Lanes& b) {
  return detail::each_lane([&](int lane) { return a[lane] + b[lane]; });
}
WSOL_ALWAYS_INLINE Lanes operator-(const Lanes& a, const Lanes& b) {
  return detail::each_lane([&](int lane) { return a[lane] - b[lane]; });
}
WSOL_ALWAYS_INLINE Lanes operator*(const Lanes& a, const Lanes& b) {
  return detail::each_lane([&](int lane) { return a[lane] * b[lane]; });
}
WSOL_ALWAYS_INLINE Lanes operator*(const Lanes& a, float b) {
  return detail::each_lane([&](int lane) { return a[lane] * b; });
}
WSOL_ALWAYS_INLINE Lanes& operator+=(Lanes& a, const Lanes& b) { return a = a + b; }

template <typename Element>
WSOL_ALWAYS_INLINE Lanes load_lanes(const Element* from) {
  return detail::each_lane([&](int lane) { return static_cast<float>(from[lane]); });
}
template <typename Element>
WSOL_ALWAYS_INLINE void store_lanes(Element* to, const Lanes& lanes) {
  for (int lane = 0; lane < kLanes; ++lane) to[lane] = static_cast<Element>(lanes[lane]);
}

/// Lane by lane a number of `first` and one of `second`, side by side.
WSOL_ALWAYS_INLINE void store_interleaved(c10::BFloat16* to, const Lanes& first, const Lanes& second) {
  for (int lane = 0; lane < kLanes; ++lane) {
    to[2 * lane] = static_cast<c10::BFloat16>(first[lane]);
    to[2 * lane + 1] = static_cast<c10::BFloat16>(second[lane]);
  }
}

/// `lanes` where `mask` is above zero, else 0.
WSOL_ALWAYS_INLINE Lanes where_positive(const Lanes& mask, const Lanes& lanes) {
  return detail::each_lane([&](int lane) { return mask[lane] > 0 ? lanes[lane] : 0.0F; });
}

/// As LibTorch's: NaN stays NaN.
WSOL_ALWAYS_INLINE Lanes relu(const Lanes& lanes) {
  return detail::each_lane([&](int lane) { return lanes[lane] <= 0 ? 0.0F : lanes[lane]; });
}

#endif

}  // namespace wsol
