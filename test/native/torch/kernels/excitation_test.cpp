#include "native/torch/kernels/excitation/excitation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace wsol {

namespace {

class ScaleAddRelu : public testing::TestWithParam<at::ScalarType> {};

at::Tensor leaf(const at::Tensor& tensor, at::ScalarType dtype) { return tensor.to(dtype).clone().requires_grad_(); }

TEST_P(ScaleAddRelu, GivesWhatTheDefinitionGives) {
  const at::ScalarType dtype = GetParam();
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(3);
  const auto map = [&] {
    return at::randn({3, 128, 23, 19}, generator, at::kFloat).to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
  };
  const at::Tensor values = map(), residuals = map(), gradient = map();
  const at::Tensor scales = at::rand({3, 128, 1, 1}, generator, at::kFloat).to(dtype);
  const at::Tensor input = leaf(values, dtype), scale = leaf(scales, dtype), residual = leaf(residuals, dtype);
  ASSERT_TRUE(is_excited_here(input, scale, residual));
  const at::Tensor output = scale_add_relu(input, scale, residual);
  EXPECT_EQ(output.scalar_type(), dtype);
  output.backward(gradient);

  const at::Tensor exact_input = leaf(values, at::kDouble), exact_scale = leaf(scales, at::kDouble);
  const at::Tensor exact_residual = leaf(residuals, at::kDouble);
  const at::Tensor exact = at::relu(exact_input * exact_scale + exact_residual);
  exact.backward(gradient.to(at::kDouble));
  const double rounding = dtype == at::kFloat ? 1e-6 : 1e-2;
  const auto expect_near = [&](const at::Tensor& found, const at::Tensor& expected) {
    ASSERT_EQ(found.sizes(), expected.sizes());
    EXPECT_EQ(found.scalar_type(), dtype);
    EXPECT_LT(((found.to(at::kDouble) - expected).abs().max() / expected.abs().max()).item<double>(), rounding);
  };
  expect_near(output.detach(), exact.detach());
  expect_near(input.grad(), exact_input.grad());
  expect_near(scale.grad(), exact_scale.grad());
  expect_near(residual.grad(), exact_residual.grad());
}

INSTANTIATE_TEST_SUITE_P(Elements, ScaleAddRelu, testing::Values(at::kFloat, at::kBFloat16));

TEST(ScaleAddReluTakes, OnlyMapsItCanWalk) {
  const at::Tensor map = at::zeros({2, 64, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor scale = at::ones({2, 64, 1, 1});
  EXPECT_TRUE(is_excited_here(map, scale, map));
  EXPECT_FALSE(is_excited_here(map.contiguous(), scale, map));
  EXPECT_FALSE(is_excited_here(map, scale, map.to(at::kBFloat16)));
  EXPECT_FALSE(is_excited_here(map, at::ones({1, 64, 1, 1}), map));
}

}  // namespace

}  // namespace wsol
