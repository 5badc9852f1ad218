#include "native/torch/kernels/gemm.h"

#include <ATen/Version.h>
#include <ATen/native/CPUBlas.h>
#include <c10/util/Exception.h>

#include "native/torch/kernels/gemm_avx2.h"

namespace wsol {

namespace {

#if defined(CPUBLAS_BRGEMM_F32F32F32)
void call_brgemm(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) {
  at::native::cpublas::brgemm(shape.rows, shape.columns, shape.inner, shape.a_row, shape.b_row, shape.c_row, accumulate,
                              a, b, c,
                              /*is_vnni=*/false);
}
#else
void call_brgemm(const GemmShape&, const float*, const float*, float*, bool) {
  TORCH_CHECK(false, "no product of float32 in this LibTorch");
}
#endif

#if defined(CPUBLAS_BRGEMM_BF16BF16F32)
void call_brgemm(const GemmShape& shape, const c10::BFloat16* a, const c10::BFloat16* b, float* c, bool accumulate) {
  at::native::cpublas::brgemm(shape.rows, shape.columns, shape.inner, shape.a_row, shape.b_row, shape.c_row, accumulate,
                              a, b, c,
                              /*is_vnni=*/true);
}
#else
void call_brgemm(const GemmShape&, const c10::BFloat16*, const c10::BFloat16*, float*, bool) {
  TORCH_CHECK(false, "no product of bfloat16 in this LibTorch");
}
#endif

#if defined(CPUBLAS_BRGEMM_F32F32F32) || defined(CPUBLAS_BRGEMM_BF16BF16F32)
void release_brgemm() { at::native::cpublas::brgemm_release(); }
#else
void release_brgemm() {}
#endif

/// LibTorch's builds differ in what they have, and so do processors: a product tells.
template <typename Element>
bool try_brgemm() {
  if (at::get_cpu_capability() != "AVX512") return false;
  const Element a[] = {2, 3}, b[] = {5, 7};
  float c = 0;
  try {
    call_brgemm({.rows = 1, .columns = 1, .inner = 2, .a_row = 2, .b_row = 1, .c_row = 1}, a, b, &c,
                /*accumulate=*/false);
    release_brgemm();
  } catch (const c10::Error&) {
    return false;
  }
  return c == 31;
}

template <typename Element>
bool has_brgemm() {
  static const bool works = try_brgemm<Element>();
  return works;
}

}  // namespace

template <>
bool has_gemm<float>() {
  // Who holds LibTorch back from what the processor has means this too.
  static const bool works = has_brgemm<float>() || (has_gemm_avx2() && at::get_cpu_capability() == "AVX2");
  return works;
}

template <>
bool has_gemm<c10::BFloat16>() {
  return has_brgemm<c10::BFloat16>();
}

Gemm::~Gemm() {
  if (has_brgemm<float>() || has_brgemm<c10::BFloat16>()) release_brgemm();
}

void Gemm::operator()(const GemmShape& shape, const float* a, const float* b, float* c, bool accumulate) const {
  if (has_brgemm<float>())
    call_brgemm(shape, a, b, c, accumulate);
  else
    gemm_avx2(shape, a, b, c, accumulate);
}

void Gemm::operator()(const GemmShape& shape, const c10::BFloat16* a, const c10::BFloat16* b, float* c,
                      bool accumulate) const {
  call_brgemm(shape, a, b, c, accumulate);
}

}  // namespace wsol
