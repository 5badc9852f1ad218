#include "native/torch/kernels/gemm.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <tuple>

#include "native/torch/kernels/gemm_avx2.h"

namespace wsol {

namespace {

/// Rows, columns, inner.
using Size = std::tuple<int64_t, int64_t, int64_t>;

class GemmTest : public testing::TestWithParam<Size> {
 protected:
  /// Numbers in wider rows, so that what is read or written beside the matrices shows.
  static constexpr int64_t kBeside = 5;

  GemmTest() {
    const auto [rows, columns, inner] = GetParam();
    shape_ = {.rows = rows,
              .columns = columns,
              .inner = inner,
              .a_row = inner + kBeside,
              .b_row = columns + kBeside,
              .c_row = columns + kBeside};
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(3);
    a_ = at::randn({rows, shape_.a_row}, generator, at::kFloat);
    b_ = at::randn({inner, shape_.b_row}, generator, at::kFloat);
    before_ = at::randn({rows, shape_.c_row}, generator, at::kFloat);
  }

  template <typename Multiply>
  void expect_products(const Multiply& multiply) {
    for (const bool accumulate : {false, true}) {
      at::Tensor found = before_.clone();
      multiply(shape_, a_.const_data_ptr<float>(), b_.const_data_ptr<float>(), found.mutable_data_ptr<float>(),
               accumulate);
      const at::Tensor products =
          a_.narrow(1, 0, shape_.inner).to(at::kDouble).matmul(b_.narrow(1, 0, shape_.columns).to(at::kDouble));
      const at::Tensor exact = accumulate ? products + before_.narrow(1, 0, shape_.columns) : products;
      EXPECT_TRUE(found.narrow(1, 0, shape_.columns).to(at::kDouble).allclose(exact, 1e-5, 1e-4));
      EXPECT_TRUE(found.narrow(1, shape_.columns, kBeside).equal(before_.narrow(1, shape_.columns, kBeside)));
    }
  }

  GemmShape shape_{};
  at::Tensor a_, b_, before_;
};

TEST_P(GemmTest, MultipliesAsTheProcessorCan) {
  if (!has_gemm<float>()) GTEST_SKIP() << "this processor has no AVX2";
  expect_products(Gemm());
}

TEST_P(GemmTest, MultipliesByAvx2) {
  if (!has_gemm_avx2()) GTEST_SKIP() << "this processor has no AVX2";
  expect_products(gemm_avx2);
}

INSTANTIATE_TEST_SUITE_P(Sizes, GemmTest,
                         testing::Values(Size{1, 16, 1}, Size{2, 16, 3}, Size{3, 32, 7}, Size{4, 16, 64},
                                         Size{5, 64, 255}, Size{6, 64, 256}, Size{7, 64, 257}, Size{13, 48, 600},
                                         Size{32, 64, 512}, Size{64, 64, 1000}));

}  // namespace

}  // namespace wsol
