#include "native/torch/kernels/excitation/excited_norm.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <vector>

namespace wsol {

namespace {

constexpr int64_t kChannels = 128;

at::Tensor leaf(const at::Tensor& tensor, at::ScalarType dtype) { return tensor.to(dtype).clone().requires_grad_(); }

/// What excites, small enough to have gradients of its own: one weight for each channel.
struct Excitation {
  at::Tensor slope;
  at::Tensor operator()(const at::Tensor& means) const {
    return at::sigmoid(means.to(slope.scalar_type()) * slope.view({1, kChannels, 1, 1}) + 0.3);
  }
};

struct Inputs {
  at::Tensor map, residual, weight, bias, slope;

  std::vector<at::Tensor> all() const { return {map, residual, weight, bias, slope}; }
};

BatchNormTensors norm_of(const Inputs& inputs, at::Tensor running_mean, at::Tensor running_var) {
  return {.weight = inputs.weight,
          .bias = inputs.bias,
          .running_mean = std::move(running_mean),
          .running_var = std::move(running_var),
          .momentum = 0.1,
          .eps = 1e-5};
}

struct Case {
  at::ScalarType dtype;
  int64_t images, height, width;
};

class ExcitedNorm : public testing::TestWithParam<Case> {};

TEST_P(ExcitedNorm, GivesWhatTheDefinitionGives) {
  const auto [dtype, images, height, width] = GetParam();
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(3);
  const auto random = [&](at::IntArrayRef sizes) { return at::randn(sizes, generator, at::kFloat); };
  const auto map = [&, dtype = dtype, sizes = std::vector<int64_t>{images, kChannels, height, width}] {
    return random(sizes).to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
  };
  // Images of different means, so that the means' gradients matter.
  const at::Tensor values =
      (map() * 2 + at::arange(images).view({images, 1, 1, 1}) + 5).to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor residuals = map(), gradient = map();
  const at::Tensor weights = random({kChannels}), biases = random({kChannels}), slopes = random({kChannels});
  const auto inputs_as = [&](at::ScalarType of_maps, at::ScalarType of_channels) {
    return Inputs{.map = leaf(values, of_maps),
                  .residual = leaf(residuals, of_maps),
                  .weight = leaf(weights, of_channels),
                  .bias = leaf(biases, of_channels),
                  .slope = leaf(slopes, of_channels)};
  };
  const auto statistics = [&](at::ScalarType element) {
    return std::pair(at::zeros({kChannels}, element), at::ones({kChannels}, element));
  };

  const Inputs inputs = inputs_as(dtype, at::kFloat);
  auto [mean, variance] = statistics(at::kFloat);
  const at::Tensor output =
      excited_norm_in_training(inputs.map, norm_of(inputs, mean, variance), inputs.residual, Excitation{inputs.slope});
  EXPECT_EQ(output.scalar_type(), dtype);
  output.backward(gradient);

  const Inputs exact = inputs_as(at::kDouble, at::kDouble);
  auto [exact_mean, exact_variance] = statistics(at::kDouble);
  const at::Tensor normed =
      at::batch_norm(exact.map, exact.weight, exact.bias, exact_mean, exact_variance, true, 0.1, 1e-5, false);
  const at::Tensor expected = at::relu(normed * Excitation{exact.slope}(normed.mean({2, 3}, true)) + exact.residual);
  expected.backward(gradient.to(at::kDouble));

  const double rounding = dtype == at::kFloat ? 2e-6 : 1e-2;
  const auto expect_near = [&](const at::Tensor& found, const at::Tensor& wanted, const char* what) {
    ASSERT_EQ(found.sizes(), wanted.sizes());
    EXPECT_LT(((found.to(at::kDouble) - wanted).abs().max() / wanted.abs().max()).item<double>(), rounding) << what;
  };
  expect_near(output.detach(), expected.detach(), "output");
  expect_near(mean, exact_mean, "running mean");
  expect_near(variance, exact_variance, "running variance");
  const char* const names[] = {"map", "residual", "weight", "bias", "slope"};
  for (size_t i = 0; i < std::size(names); ++i) {
    expect_near(inputs.all()[i].grad(), exact.all()[i].grad(), names[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Elements, ExcitedNorm,
                         testing::Values(
                             // Enough rows for an image to have several parts, the last one smaller.
                             Case{at::kFloat, 3, 23, 19}, Case{at::kBFloat16, 3, 23, 19},
                             // One image, and images of one pixel.
                             Case{at::kFloat, 1, 5, 3}, Case{at::kFloat, 16, 1, 1}, Case{at::kBFloat16, 16, 1, 1}));

/// Twice as many processes as there are, each with the same batch.
class Doubled final : public SharedStatistics {
 public:
  Doubled() : SharedStatistics(0, 2) {}
  void sum(const at::Tensor& values) const override {
    // Moments come by rank, what is added up does not.
    if (values.dim() == 3)
      values[1].copy_(values[0]);
    else
      values.mul_(2);
  }
};

TEST(ExcitedNormTest, OfTwoProcessesWithTheSameBatchIsThatOfOne) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(5);
  const auto map = [&] {
    return at::randn({2, kChannels, 9, 7}, generator, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
  };
  const at::Tensor values = map(), residual = map(), gradient = map();
  std::vector<at::Tensor> outputs, gradients;
  for (const bool is_shared : {false, true}) {
    const Inputs inputs = {.map = leaf(values, at::kFloat),
                           .residual = residual,
                           .weight = leaf(at::full({kChannels}, 1.5), at::kFloat),
                           .bias = leaf(at::full({kChannels}, 0.5), at::kFloat),
                           .slope = at::full({kChannels}, 0.7)};
    BatchNormTensors norm = norm_of(inputs, at::zeros({kChannels}), at::ones({kChannels}));
    if (is_shared) norm.shared = c10::make_intrusive<Doubled>();
    outputs.push_back(excited_norm_in_training(inputs.map, norm, residual, Excitation{inputs.slope}));
    outputs.back().backward(gradient);
    gradients.push_back(inputs.map.grad());
    gradients.push_back(inputs.weight.grad());
  }
  EXPECT_TRUE(at::allclose(outputs[0], outputs[1], 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(gradients[0], gradients[2], 1e-5, 1e-6));
  // Of this process alone.
  EXPECT_TRUE(at::allclose(gradients[1], gradients[3], 1e-5, 1e-5));
}

}  // namespace

}  // namespace wsol
