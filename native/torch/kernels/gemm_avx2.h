#pragma once

#include "native/torch/kernels/gemm.h"

namespace wsol {

/// Whether gemm_avx2() runs here: where the program is built for x86-64 and the processor has AVX2 and FMA.
bool has_gemm_avx2();

/// c = a b, or c += a b, on one thread.
void gemm_avx2(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate);

}  // namespace wsol
