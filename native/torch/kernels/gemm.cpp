#include "native/torch/kernels/gemm.h"

#include <ATen/Version.h>
#include <ATen/native/CPUBlas.h>
#include <c10/util/Exception.h>

namespace wsol {

#if defined(CPUBLAS_BRGEMM_F32F32F32)

void gemm(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) {
  at::native::cpublas::brgemm(shape.rows, shape.columns, shape.inner, shape.a_row, shape.b_row, shape.c_row, accumulate,
                              a, b, c, /*is_vnni=*/false);
}

bool has_gemm() {
  // LibTorch's builds differ in what they have: the first call tells.
  static const bool works = [] {
    if (at::get_cpu_capability() != "AVX512") return false;
    const float a = 2, b = 3;
    float c = 0;
    try {
      gemm({.rows = 1, .columns = 1, .inner = 1, .a_row = 1, .b_row = 1, .c_row = 1}, &a, &b, &c, false);
    } catch (const c10::Error&) {
      return false;
    }
    return c == a * b;
  }();
  return works;
}

#else

void gemm(const GemmShape&, const float*, const float*, float*, bool) {
  TORCH_CHECK(false, "no gemm in this LibTorch");
}

bool has_gemm() { return false; }

#endif

}  // namespace wsol
