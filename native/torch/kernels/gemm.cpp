#include "native/torch/kernels/gemm.h"

#include <ATen/Version.h>
#include <ATen/native/CPUBlas.h>
#include <c10/util/Exception.h>

namespace wsol {

namespace {

/// LibTorch's builds differ in what they have, and so do processors: a product tells.
template <typename Element>
bool try_gemm() {
  if (at::get_cpu_capability() != "AVX512") return false;
  const Element a[] = {2, 3}, b[] = {5, 7};
  float c = 0;
  try {
    Gemm()({.rows = 1, .columns = 1, .inner = 2, .a_row = 2, .b_row = 1, .c_row = 1}, a, b, &c, /*accumulate=*/false);
  } catch (const c10::Error&) {
    return false;
  }
  return c == 31;
}

}  // namespace

template <>
bool has_gemm<float>() {
  static const bool works = try_gemm<float>();
  return works;
}

template <>
bool has_gemm<c10::BFloat16>() {
  static const bool works = try_gemm<c10::BFloat16>();
  return works;
}

#if defined(CPUBLAS_BRGEMM_F32F32F32) || defined(CPUBLAS_BRGEMM_BF16BF16F32)
Gemm::~Gemm() { at::native::cpublas::brgemm_release(); }
#else
Gemm::~Gemm() = default;
#endif

#if defined(CPUBLAS_BRGEMM_F32F32F32)
void Gemm::operator()(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) const {
  at::native::cpublas::brgemm(shape.rows, shape.columns, shape.inner, shape.a_row, shape.b_row, shape.c_row, accumulate,
                              a, b, c, /*is_vnni=*/false);
}
#else
void Gemm::operator()(const GemmShape&, const float*, const float*, float*, bool) const {
  TORCH_CHECK(false, "no gemm in this LibTorch");
}
#endif

#if defined(CPUBLAS_BRGEMM_BF16BF16F32)
void Gemm::operator()(const GemmShape& shape, const c10::BFloat16* a, const c10::BFloat16* b, float* c,
                      bool accumulate) const {
  at::native::cpublas::brgemm(shape.rows, shape.columns, shape.inner, shape.a_row, shape.b_row, shape.c_row, accumulate,
                              a, b, c, /*is_vnni=*/true);
}
#else
void Gemm::operator()(const GemmShape&, const c10::BFloat16*, const c10::BFloat16*, float*, bool) const {
  TORCH_CHECK(false, "no gemm in this LibTorch");
}
#endif

}  // namespace wsol
