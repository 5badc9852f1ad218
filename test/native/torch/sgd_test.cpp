#include "native/torch/train/sgd.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "native/torch/errors.h"

namespace wsol {

namespace {

/// torch.optim.SGD as its documentation states it, one tensor at a time.
struct PlainSgd {
  SgdSettings settings;
  std::vector<at::Tensor> buffers;

  void step(std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients, double learning_rate) {
    const bool first = buffers.empty();
    for (size_t index = 0; index < parameters.size(); ++index) {
      const at::Tensor gradient = gradients[index] + settings.weight_decay * parameters[index];
      if (first) {
        buffers.push_back(gradient.clone());
      } else {
        buffers[index] = settings.momentum * buffers[index] + gradient;
      }
      const at::Tensor direction = settings.nesterov ? gradient + settings.momentum * buffers[index] : buffers[index];
      parameters[index] = parameters[index] - learning_rate * direction;
    }
  }
};

std::vector<at::Tensor> some_tensors(int64_t seed) {
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  return {at::randn({5, 3, 3, 3}, generator).contiguous(at::MemoryFormat::ChannelsLast), at::randn({7}, generator),
          at::randn({4, 6, 1, 1}, generator).contiguous(at::MemoryFormat::ChannelsLast)};
}

class SgdStep : public testing::TestWithParam<SgdSettings> {};

TEST_P(SgdStep, AgreesWithThePlainFormulaOverSeveralSteps) {
  std::vector<at::Tensor> expected = some_tensors(1);
  std::vector<at::Tensor> parameters = some_tensors(1);
  for (at::Tensor& parameter : parameters) parameter.requires_grad_();
  Sgd sgd(parameters, GetParam());
  PlainSgd plain{.settings = GetParam(), .buffers = {}};
  for (int64_t step = 0; step < 4; ++step) {
    const std::vector<at::Tensor> gradients = some_tensors(10 + step);
    // A gradient in another layout than its parameter's counts the same.
    for (size_t index = 0; index < parameters.size(); ++index) {
      parameters[index].mutable_grad() = gradients[index].contiguous();
    }
    const double learning_rate = 0.1 / static_cast<double>(step + 1);
    sgd.step(learning_rate);
    plain.step(expected, gradients, learning_rate);
    for (size_t index = 0; index < parameters.size(); ++index) {
      EXPECT_TRUE(at::allclose(parameters[index], expected[index], 1e-5, 1e-6)) << step << " " << index;
      EXPECT_FALSE(parameters[index].grad().defined());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Settings, SgdStep,
                         testing::Values(SgdSettings{.momentum = 0.9, .nesterov = true, .weight_decay = 1e-2},
                                         SgdSettings{.momentum = 0.9, .nesterov = false, .weight_decay = 0},
                                         SgdSettings{.momentum = 0, .nesterov = false, .weight_decay = 1e-2}));

TEST(Sgd, RejectsAStepWithoutGradientsAndChangesNothing) {
  std::vector<at::Tensor> parameters = {at::ones({2}).requires_grad_(), at::ones({2}).requires_grad_()};
  parameters[0].mutable_grad() = at::ones({2});
  Sgd sgd(parameters, {.momentum = 0.9, .nesterov = true, .weight_decay = 0});
  EXPECT_THROW(sgd.step(0.1), Error);
  EXPECT_TRUE(at::equal(parameters[0], at::ones({2})));
  EXPECT_TRUE(sgd.momentum_buffers().empty());
}

TEST(Sgd, TakesAGradientWhoseSidesOfOneHaveOtherStridesWhereItLies) {
  const at::Tensor parameter = at::ones({8, 4, 1, 1}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
  const at::Tensor gradient = at::arange(32, at::kFloat).view({8, 4}).as_strided({8, 4, 1, 1}, {4, 1, 9, 9});
  ASSERT_NE(parameter.strides(), gradient.strides());
  at::Tensor(parameter).mutable_grad() = gradient;
  Sgd sgd({parameter}, {.momentum = 0, .nesterov = false, .weight_decay = 0});
  sgd.step(1);
  EXPECT_TRUE(at::equal(parameter.detach(), 1 - gradient));
}

TEST(Sgd, RejectsSettingsThatMeanNothing) {
  EXPECT_THROW(Sgd({}, {.momentum = 0, .nesterov = true, .weight_decay = 0}), InvalidArgument);
  EXPECT_THROW(Sgd({}, {.momentum = -0.1, .nesterov = false, .weight_decay = 0}), InvalidArgument);
  EXPECT_THROW(Sgd({}, {.momentum = 0.9, .nesterov = true, .weight_decay = NAN}), InvalidArgument);
}

}  // namespace

}  // namespace wsol
