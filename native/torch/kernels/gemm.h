#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace wsol {

/// Rows x inner times inner x columns; each row of a matrix begins `row` numbers after the one before.
struct GemmShape {
  int64_t rows;
  int64_t columns;
  int64_t inner;
  int64_t a_row;
  int64_t b_row;
  int64_t c_row;
};

/// So many rows of the right matrix lie interleaved: of each column one number of each.
template <typename Element>
inline constexpr int64_t kInterleaved = 1;
template <>
inline constexpr int64_t kInterleaved<c10::BFloat16> = 2;

/// Results are a multiple of so many columns wide.
inline constexpr int64_t kGemmColumns = 16;

/// Whether Gemm runs here with these elements: by LibTorch's own small product, which needs AVX-512, for bfloat16 with
/// its extension; float32 where the processor has AVX2 too.
template <typename Element>
bool has_gemm();

/// Products on one thread, between which it runs nothing else of LibTorch's: where the processor has matrix tiles
/// (AMX), they stay set up from product to product and are given back at the end. Other operations set them up for
/// themselves.
class Gemm {
 public:
  Gemm() = default;
  ~Gemm();
  Gemm(const Gemm&) = delete;
  Gemm& operator=(const Gemm&) = delete;

  /// c = a b, or c += a b, in float32, whatever the shape about as fast as the processor multiplies. `inner` is a
  /// multiple of kInterleaved.
  void operator()(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) const;
  void operator()(const GemmShape& shape, const c10::BFloat16* a, const c10::BFloat16* b, float* c,
                  bool accumulate) const;
};

}  // namespace wsol
