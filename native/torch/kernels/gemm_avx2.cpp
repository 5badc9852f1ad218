#include "native/torch/kernels/gemm_avx2.h"

#include <c10/util/Exception.h>

#include <algorithm>

#if defined(__x86_64__) && defined(__GNUC__)
#define WSOL_HAS_AVX2
#include <immintrin.h>
#endif

namespace wsol {

#if defined(WSOL_HAS_AVX2)

namespace {

#define WSOL_AVX2 __attribute__((target("avx2,fma")))

constexpr int64_t kRegister = 8;
/// Sums in registers, of which there are 16: the others hold what is multiplied.
constexpr int64_t kRowsAtOnce = 6;
static_assert(kGemmColumns == 2 * kRegister);
/// So many rows of kGemmColumns numbers of the right matrix stay in the processor's first cache.
constexpr int64_t kInnerAtOnce = 256;

/// kRows x kGemmColumns of the result. Unrolled before anything else, or the sums would lie in memory.
template <int kRows>
WSOL_AVX2 void multiply_block(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) {
  __m256 sums[kRows][2];
#pragma GCC unroll 6
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      sums[row][half] = accumulate ? _mm256_loadu_ps(c + row * shape.c_row + half * kRegister) : _mm256_setzero_ps();
    }
  }
  for (int64_t index = 0; index < shape.inner; ++index) {
    const __m256 first = _mm256_loadu_ps(b + index * shape.b_row);
    const __m256 second = _mm256_loadu_ps(b + index * shape.b_row + kRegister);
#pragma GCC unroll 6
    for (int row = 0; row < kRows; ++row) {
      const __m256 factor = _mm256_broadcast_ss(a + row * shape.a_row + index);
      sums[row][0] = _mm256_fmadd_ps(factor, first, sums[row][0]);
      sums[row][1] = _mm256_fmadd_ps(factor, second, sums[row][1]);
    }
  }
#pragma GCC unroll 6
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      _mm256_storeu_ps(c + row * shape.c_row + half * kRegister, sums[row][half]);
    }
  }
}

using MultiplyBlock = void (*)(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate);

constexpr MultiplyBlock kMultiplyBlock[kRowsAtOnce] = {multiply_block<1>, multiply_block<2>, multiply_block<3>,
                                                       multiply_block<4>, multiply_block<5>, multiply_block<6>};

/// All rows of kGemmColumns columns, in blocks that differ by a row at most: small ones wait for their own sums.
void multiply_columns(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) {
  const int64_t blocks = (shape.rows + kRowsAtOnce - 1) / kRowsAtOnce;
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t first = shape.rows * block / blocks, end = shape.rows * (block + 1) / blocks;
    kMultiplyBlock[end - first - 1](shape, a + first * shape.a_row, b, c + first * shape.c_row, accumulate);
  }
}

}  // namespace

bool has_gemm_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}

void gemm_avx2(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) {
  for (int64_t index = 0; index < shape.inner; index += kInnerAtOnce) {
    GemmShape part = shape;
    part.inner = std::min(kInnerAtOnce, shape.inner - index);
    for (int64_t column = 0; column < shape.columns; column += kGemmColumns) {
      multiply_columns(part, a + index, b + index * shape.b_row + column, c + column, accumulate || index > 0);
    }
  }
}

#else

bool has_gemm_avx2() { return false; }

void gemm_avx2(const GemmShape&, const float*, const float*, float*, bool) {
  TORCH_CHECK(false, "this program is not built for AVX2");
}

#endif

}  // namespace wsol
