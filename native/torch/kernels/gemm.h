#pragma once

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

/// Whether gemm() runs here: LibTorch's own small product, which needs AVX-512.
bool has_gemm();

/// c = a b, or c += a b, on the calling thread, whatever the shape about as fast as the processor multiplies.
void gemm(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate);

}  // namespace wsol
