#include "native/torch/kernels/batch_norm/batch_norm.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <tuple>

namespace wsol {

namespace {

constexpr double kMomentum = 0.1, kEps = 1e-5;

/// Images, channels, height, width; whether there is a residual and a ReLU; the type of the maps.
using Case = std::tuple<int64_t, int64_t, int64_t, int64_t, bool, bool, at::ScalarType>;

class FusedBatchNorm : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const auto [images, channels, height, width, has_residual, has_relu, dtype] = GetParam();
    generator_ = at::make_generator<at::CPUGeneratorImpl>(2);
    const auto map = [&](double scale, double shift) {
      const at::Tensor values = at::randn({images, channels, height, width}, generator_, at::kFloat) * scale + shift;
      return values.to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
    };
    // Means far from zero, where sums of squares alone would lose the variance.
    input_ = map(2, 30);
    residual_ = has_residual ? map(1, 0) : at::Tensor();
    gradient_ = map(1, 0.1);
    weight_ = at::rand({channels}, generator_, at::kFloat) + 0.5;
    bias_ = at::randn({channels}, generator_, at::kFloat);
    mean_ = at::randn({channels}, generator_, at::kFloat);
    variance_ = at::rand({channels}, generator_, at::kFloat) + 0.5;
    relu_ = has_relu;
  }

  BatchNormTensors tensors() const {
    return {.weight = weight_,
            .bias = bias_,
            .running_mean = mean_.clone(),
            .running_var = variance_.clone(),
            .momentum = kMomentum,
            .eps = kEps};
  }

  at::Generator generator_;
  at::Tensor input_, residual_, gradient_, weight_, bias_, mean_, variance_;
  bool relu_ = false;
};

double error_of(const at::Tensor& found, const at::Tensor& exact) {
  EXPECT_EQ(found.sizes(), exact.sizes());
  return ((found.to(at::kDouble) - exact).abs().max() / exact.abs().max()).item<double>();
}

at::Tensor leaf(const at::Tensor& tensor, at::ScalarType dtype) {
  return tensor.defined() ? tensor.to(dtype).clone().requires_grad_() : tensor;
}

TEST_P(FusedBatchNorm, GivesWhatTheDefinitionGives) {
  const at::ScalarType dtype = input_.scalar_type();
  // A ReLU may fall on either side of zero where a bfloat16 was rounded: the exact one follows the rounded output.
  const double rounding = dtype == at::kFloat ? 2e-5 : 2e-2;
  const at::Tensor input = leaf(input_, dtype), residual = leaf(residual_, dtype);
  BatchNormTensors norm = tensors();
  norm.weight = leaf(weight_, at::kFloat);
  norm.bias = leaf(bias_, at::kFloat);
  const AfterNorm after = {.residual = residual, .relu = relu_};
  ASSERT_TRUE(is_normalised_here(input, after));
  const at::Tensor output = batch_norm_in_training(input, norm, after);
  EXPECT_EQ(output.scalar_type(), dtype);
  output.backward(gradient_);

  const at::Tensor exact_input = leaf(input_, at::kDouble), exact_residual = leaf(residual_, at::kDouble);
  const at::Tensor weight = leaf(weight_, at::kDouble), bias = leaf(bias_, at::kDouble);
  const at::Tensor running_mean = mean_.to(at::kDouble), running_var = variance_.to(at::kDouble);
  at::Tensor exact = at::batch_norm(exact_input, weight, bias, running_mean, running_var, /*training=*/true, kMomentum,
                                    kEps, /*cudnn_enabled=*/false);
  if (residual_.defined()) exact = exact + exact_residual;
  if (relu_) exact = exact * (output.detach() > 0).to(at::kDouble);
  exact.backward(gradient_.to(at::kDouble));

  EXPECT_LT(error_of(output.detach(), exact.detach()), rounding);
  EXPECT_LT(error_of(input.grad(), exact_input.grad()), rounding);
  EXPECT_LT(error_of(norm.weight.grad(), weight.grad()), rounding);
  EXPECT_LT(error_of(norm.bias.grad(), bias.grad()), rounding);
  if (residual_.defined()) {
    EXPECT_LT(error_of(residual.grad(), exact_residual.grad()), rounding);
  }
  EXPECT_LT(error_of(norm.running_mean, running_mean), 1e-6);
  EXPECT_LT(error_of(norm.running_var, running_var), 1e-5);
}

TEST_P(FusedBatchNorm, InEvaluationIsOnePassOfScaleAndShift) {
  at::Tensor exact =
      input_.to(at::kDouble) * weight_.to(at::kDouble).view({-1, 1, 1}) + bias_.to(at::kDouble).view({-1, 1, 1});
  if (residual_.defined()) exact = exact + residual_.to(at::kDouble);
  if (relu_) exact = exact.relu();
  const at::Tensor output = scale_and_shift(input_, weight_, bias_, {.residual = residual_, .relu = relu_});
  EXPECT_EQ(output.scalar_type(), input_.scalar_type());
  EXPECT_LT(error_of(output, exact), input_.scalar_type() == at::kFloat ? 1e-6 : 5e-3);
}

TEST_P(FusedBatchNorm, DoesNotDependOnTheNumberOfThreads) {
  const auto run = [&](int threads) {
    at::set_num_threads(threads);
    const at::Tensor input = leaf(input_, input_.scalar_type());
    const at::Tensor output = batch_norm_in_training(input, tensors(), {.residual = residual_, .relu = relu_});
    output.backward(gradient_);
    return std::pair(output.detach(), input.grad());
  };
  const int before = at::get_num_threads();
  const auto one = run(1), two = run(2);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one.first, two.first));
  EXPECT_TRUE(at::equal(one.second, two.second));
}

INSTANTIATE_TEST_SUITE_P(Cases, FusedBatchNorm,
                         testing::Combine(testing::Values(3), testing::Values(64, 256), testing::Values(17),
                                          testing::Values(19), testing::Bool(), testing::Bool(),
                                          testing::Values(at::kFloat, at::kBFloat16)));
INSTANTIATE_TEST_SUITE_P(Small, FusedBatchNorm,
                         testing::Values(Case{2, 64, 2, 2, true, true, at::kFloat},
                                         Case{1, 2048, 2, 3, false, true, at::kFloat}));

TEST(FusedBatchNormTakes, OnlyMapsItCanWalk) {
  const at::Tensor map = at::zeros({2, 64, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_TRUE(is_normalised_here(map, {}));
  EXPECT_FALSE(is_normalised_here(at::zeros({2, 64, 3, 3}), {}));
  EXPECT_FALSE(is_normalised_here(at::zeros({2, 48, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast), {}));
  EXPECT_FALSE(is_normalised_here(map.to(at::kDouble), {}));
  EXPECT_FALSE(is_normalised_here(map, {.residual = map.to(at::kBFloat16)}));
}

TEST(FusedBatchNormOfNaN, IsNaN) {
  at::Tensor map = at::ones({2, 64, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast);
  map[0][5][1][1] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor ones = at::ones({64});
  const at::Tensor output = batch_norm_in_training(map,
                                                   {.weight = ones,
                                                    .bias = ones,
                                                    .running_mean = ones.clone(),
                                                    .running_var = ones.clone(),
                                                    .momentum = 0.1,
                                                    .eps = 1e-5},
                                                   {.relu = true});
  EXPECT_TRUE(output.select(1, 5).isnan().all().item<bool>());
  EXPECT_FALSE(output.select(1, 6).isnan().any().item<bool>());
}

}  // namespace

}  // namespace wsol
