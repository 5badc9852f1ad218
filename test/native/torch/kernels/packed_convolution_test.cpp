#include "native/torch/kernels/packed_convolution.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <tuple>

namespace wsol {

namespace {

/// Channels in and out, kernel, stride, height, width.
using Shape = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t>;

class PackedConvolution : public testing::TestWithParam<Shape> {};

TEST_P(PackedConvolution, IsTheConvolutionWithBiasResidualAndRelu) {
  const auto [in, out, kernel, stride, height, width] = GetParam();
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(1);
  const Sliding sliding = {.stride = stride, .padding = kernel / 2};
  for (const auto& [element, tolerance] : {std::pair(at::kFloat, 2e-6), std::pair(at::kBFloat16, 1e-2)}) {
    const at::Tensor map =
        at::randn({2, in, height, width}, generator, at::kFloat).to(element).contiguous(at::MemoryFormat::ChannelsLast);
    if (!has_packed_convolution(map)) GTEST_SKIP() << "not with this LibTorch, or on this processor";
    const at::Tensor weight = (at::randn({out, in, kernel, kernel}, generator, at::kFloat) * 0.05).to(element);
    const at::Tensor bias = at::randn({out}, generator, at::kFloat);
    const at::Tensor sums = at::conv2d(map.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble),
                                       {stride, stride}, {kernel / 2, kernel / 2});
    const at::Tensor residual =
        at::randn(sums.sizes(), generator, at::kFloat).to(element).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor kept = residual.clone();
    const at::Tensor packed = pack_weight(weight, map, sliding);
    const auto expect_near = [&](const AfterNorm& after, const at::Tensor& exact) {
      const at::Tensor found = packed_convolution(map, packed, bias, sliding, after);
      EXPECT_EQ(found.scalar_type(), element);
      EXPECT_TRUE(found.is_contiguous(at::MemoryFormat::ChannelsLast));
      EXPECT_LT(((found.to(at::kDouble) - exact).abs().max() / exact.abs().max()).item<double>(), tolerance);
    };
    expect_near({}, sums);
    expect_near({.relu = true}, sums.relu());
    expect_near({.residual = residual}, sums + residual);
    expect_near({.residual = residual, .relu = true}, (sums + residual).relu());
    EXPECT_TRUE(at::equal(residual, kept));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, PackedConvolution,
                         testing::Values(Shape{3, 64, 7, 2, 33, 47}, Shape{64, 128, 3, 2, 14, 15},
                                         Shape{64, 64, 3, 1, 7, 9}, Shape{128, 32, 1, 1, 5, 4},
                                         Shape{64, 256, 1, 2, 9, 9}));

TEST(PackedConvolution, OfNaNIsNaN) {
  for (const at::ScalarType element : {at::kFloat, at::kBFloat16}) {
    const at::Tensor map = at::ones({1, 64, 5, 5}, element).contiguous(at::MemoryFormat::ChannelsLast);
    if (!has_packed_convolution(map)) GTEST_SKIP() << "not with this LibTorch, or on this processor";
    map[0][5][2][2] = std::numeric_limits<float>::quiet_NaN();
    const Sliding sliding = {.stride = 1, .padding = 0};
    const at::Tensor packed = pack_weight(at::ones({64, 64, 1, 1}, element), map, sliding);
    for (const at::Tensor& residual : {at::Tensor(), at::ones_like(map)}) {
      const AfterNorm after = {.residual = residual, .relu = true};
      const at::Tensor output = packed_convolution(map, packed, at::zeros({64}), sliding, after);
      EXPECT_TRUE(output.select(2, 2).select(2, 2).isnan().all().item<bool>());
      EXPECT_EQ(output.isnan().sum().item<int64_t>(), 64);
    }
  }
}

TEST(PackedConvolution, IsThereForNoOtherElements) {
  EXPECT_FALSE(has_packed_convolution(at::zeros({1, 1, 3, 3}, at::kDouble)));
  EXPECT_FALSE(has_packed_convolution(at::zeros({1, 1, 3, 3}, at::kHalf)));
}

}  // namespace

}  // namespace wsol
