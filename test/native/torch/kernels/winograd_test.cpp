#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <tuple>

#include "native/torch/kernels/convolution.h"
#include "native/torch/kernels/gemm.h"
#include "native/torch/kernels/winograd/convolution.h"

namespace wsol {

namespace {

/// Images, channels in and out, height, width.
using Shape = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t>;

class Winograd : public testing::TestWithParam<Shape> {
 protected:
  void SetUp() override {
    if (!has_gemm<float>()) GTEST_SKIP() << "this processor has no AVX2";
    const auto [images, in, out, height, width] = GetParam();
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(1);
    input_ = at::randn({images, in, height, width}, generator, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
    weight_ = at::randn({out, in, 3, 3}, generator, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast) * 0.05;
    gradient_ =
        at::randn({images, out, height, width}, generator, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
    exact_input_ = input_.to(at::kDouble).requires_grad_();
    exact_weight_ = weight_.to(at::kDouble).requires_grad_();
    exact_ = at::conv2d(exact_input_, exact_weight_, {}, 1, 1);
    exact_.backward(gradient_.to(at::kDouble));
  }

  /// The largest difference, as a part of the largest value.
  static double error_of(const at::Tensor& found, const at::Tensor& exact) {
    EXPECT_EQ(found.sizes(), exact.sizes());
    return ((found.to(at::kDouble) - exact).abs().max() / exact.abs().max()).item<double>();
  }

  at::Tensor input_, weight_, gradient_, exact_input_, exact_weight_, exact_;
};

constexpr double kRounding = 2e-6;

TEST_P(Winograd, ConvolvesAndFindsBothGradients) {
  EXPECT_LT(error_of(winograd::convolve(input_, weight_), exact_.detach()), kRounding);
  EXPECT_LT(error_of(winograd::input_gradient(gradient_, weight_), exact_input_.grad()), kRounding);
  EXPECT_LT(error_of(winograd::weight_gradient(gradient_, input_), exact_weight_.grad()), kRounding);
}

TEST_P(Winograd, TakesTensorsInAnyLayout) {
  const at::Tensor input = input_.contiguous(), weight = weight_.contiguous(), gradient = gradient_.contiguous();
  EXPECT_LT(error_of(winograd::convolve(input, weight), exact_.detach()), kRounding);
  EXPECT_LT(error_of(winograd::input_gradient(gradient, weight), exact_input_.grad()), kRounding);
  EXPECT_LT(error_of(winograd::weight_gradient(gradient, input), exact_weight_.grad()), kRounding);
}

TEST_P(Winograd, DoesNotDependOnTheNumberOfThreads) {
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const at::Tensor one = winograd::convolve(input_, weight_),
                   one_gradient = winograd::weight_gradient(gradient_, input_);
  at::set_num_threads(2);
  EXPECT_TRUE(at::equal(winograd::convolve(input_, weight_), one));
  EXPECT_TRUE(at::equal(winograd::weight_gradient(gradient_, input_), one_gradient));
  at::set_num_threads(before);
}

TEST_P(Winograd, AddsBiasAndResidualAndTakesReluOfTransformedWeights) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(3);
  const at::Tensor bias = at::randn({exact_.size(1)}, generator, at::kFloat);
  const at::Tensor sums = exact_.detach() + bias.to(at::kDouble).view({-1, 1, 1});
  const at::Tensor transformed = winograd::transform_weight(weight_, at::kFloat);
  const auto finished = [&](const AfterNorm& after) {
    return winograd::convolve_transformed(input_, transformed, bias, after);
  };
  const at::Tensor& residual = gradient_;
  EXPECT_LT(error_of(finished({}), sums), kRounding);
  EXPECT_LT(error_of(finished({.relu = true}), sums.relu()), kRounding);
  EXPECT_LT(error_of(finished({.residual = residual}), sums + residual), kRounding);
  EXPECT_LT(error_of(finished({.residual = residual, .relu = true}), (sums + residual).relu()), kRounding);
  EXPECT_TRUE(at::equal(finished({.residual = residual.contiguous()}), finished({.residual = residual})));
}

TEST_P(Winograd, IsDifferentiatedLikeAnyConvolution) {
  const at::Tensor input = input_.clone().requires_grad_(), weight = weight_.clone().requires_grad_();
  convolution(input, weight, {}, 1, 1).backward(gradient_);
  EXPECT_LT(error_of(input.grad(), exact_input_.grad()), kRounding);
  EXPECT_LT(error_of(weight.grad(), exact_weight_.grad()), kRounding);
  EXPECT_EQ(weight.grad().strides(), weight.strides());
}

INSTANTIATE_TEST_SUITE_P(Shapes, Winograd,
                         testing::Values(Shape{2, 64, 64, 16, 16}, Shape{3, 64, 128, 13, 15}, Shape{5, 128, 64, 12, 17},
                                         Shape{40, 64, 64, 3, 3}, Shape{1, 64, 64, 40, 31}, Shape{130, 64, 64, 1, 1},
                                         Shape{3, 512, 256, 14, 14}));

/// The root of the mean squared difference, as a part of that of the values.
double noise_of(const at::Tensor& found, const at::Tensor& exact) {
  return ((found.to(at::kDouble) - exact).norm() / exact.norm()).item<double>();
}

/// In bfloat16 a convolution rounds its weights and its output, this one its transformed maps too.
constexpr double kMoreNoise = 2.5;

TEST_P(Winograd, IsLittleNoisierInBfloat16ThanAnyConvolution) {
  const auto rounded = [](const at::Tensor& map) { return map.to(at::kBFloat16); };
  if (!has_gemm<c10::BFloat16>() && !is_imitated(rounded(input_))) GTEST_SKIP() << "no products of bfloat16";
  const at::Tensor input = rounded(input_).requires_grad_(), weight = weight_.clone().requires_grad_();
  const at::Tensor exact_input = input.detach().to(at::kDouble).requires_grad_();
  const at::Tensor exact_weight = weight_.to(at::kDouble).requires_grad_();
  const at::Tensor gradient = rounded(gradient_);
  const at::Tensor exact = at::conv2d(exact_input, exact_weight, {}, 1, 1);
  exact.backward(gradient.to(at::kDouble));
  const at::Tensor plain_input = input.detach().clone().requires_grad_(),
                   plain_weight = weight_.clone().requires_grad_();
  const at::Tensor plain = at::conv2d(plain_input, plain_weight.to(at::kBFloat16), {}, 1, 1);
  plain.backward(gradient);

  const at::Tensor output = convolution(input, weight, {}, 1, 1);
  EXPECT_EQ(output.scalar_type(), at::kBFloat16);
  output.backward(gradient);
  EXPECT_EQ(weight.grad().scalar_type(), at::kFloat);
  EXPECT_LT(noise_of(output.detach(), exact.detach()), kMoreNoise * noise_of(plain.detach(), exact.detach()));
  EXPECT_LT(noise_of(input.grad(), exact_input.grad()), kMoreNoise * noise_of(plain_input.grad(), exact_input.grad()));
  EXPECT_LT(noise_of(weight.grad(), exact_weight.grad()),
            kMoreNoise * noise_of(plain_weight.grad(), exact_weight.grad()));
}

TEST_P(Winograd, TakesTurnsWithLibTorchsOwnConvolutions) {
  if (!has_gemm<c10::BFloat16>()) GTEST_SKIP() << "this processor multiplies no bfloat16";
  const at::Tensor input = input_.to(at::kBFloat16), weight = weight_.to(at::kBFloat16);
  const at::Tensor ours = winograd::convolve(input, weight_), theirs = at::conv2d(input, weight, {}, 1, 1);
  EXPECT_TRUE(at::equal(winograd::convolve(input, weight_), ours));
  EXPECT_TRUE(at::equal(at::conv2d(input, weight, {}, 1, 1), theirs));
}

TEST(WinogradIsWorthwhile, OnlyWhereItServes) {
  const auto map = [](int64_t channels, int64_t side) {
    return at::zeros({8, channels, side, side}).contiguous(at::MemoryFormat::ChannelsLast);
  };
  EXPECT_EQ(winograd::is_worthwhile(map(64, 8), at::zeros({64, 64, 3, 3})), has_gemm<float>());
  EXPECT_FALSE(winograd::is_worthwhile(map(64, 4), at::zeros({64, 64, 3, 3}))) << "too few tiles";
  EXPECT_FALSE(winograd::is_worthwhile(map(64, 8).contiguous(), at::zeros({64, 64, 3, 3}))) << "LibTorch's own layout";
  EXPECT_FALSE(winograd::is_worthwhile(map(64, 8), at::zeros({64, 64, 1, 1})));
  EXPECT_FALSE(winograd::is_worthwhile(map(48, 8), at::zeros({64, 48, 3, 3})));
  EXPECT_FALSE(winograd::is_worthwhile(map(64, 8).to(at::kDouble), at::zeros({64, 64, 3, 3}, at::kDouble)));
  EXPECT_FALSE(winograd::is_worthwhile(map(64, 8), at::zeros({64, 64, 3, 3}, at::kBFloat16)));
}

}  // namespace

}  // namespace wsol
