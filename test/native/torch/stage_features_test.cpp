#include "native/torch/stage_features.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <map>

#include "native/torch/errors.h"
#include "native/torch/image_ops.h"
#include "native/torch/tensors.h"
#include "torch/golden.h"

namespace wsol {

namespace {

at::Tensor some_images() { return at::randint(0, 256, {2, 64, 32, 3}, at::detail::createCPUGenerator(2), at::kByte); }

/// Made once: drawing millions of weights takes longer than all passes.
std::shared_ptr<Network> network_of(const std::string& backbone) {
  static std::map<std::string, std::shared_ptr<Network>> made;
  std::shared_ptr<Network>& network = made[backbone];
  if (!network) network = make_network(test::golden_spec(backbone, 1), 1, c10::Device(c10::kCPU));
  return network;
}

class FeaturesOf : public testing::TestWithParam<std::string> {};

TEST_P(FeaturesOf, EveryStageHaveItsSizeAndThoseOfTheLastAreTheFeatureMap) {
  const auto network = network_of(GetParam());
  const StageFeatures stages = stage_features(*network, some_images(), Precision::kFloat32);
  const int64_t expansion = GetParam().ends_with("50") ? 4 : 1;
  EXPECT_EQ(stages[0].sizes(), at::IntArrayRef({2, 64 * expansion, 16, 8}));
  EXPECT_EQ(stages[1].sizes(), at::IntArrayRef({2, 128 * expansion, 8, 4}));
  EXPECT_EQ(stages[2].sizes(), at::IntArrayRef({2, 256 * expansion, 4, 2}));
  EXPECT_EQ(stages[3].sizes(), at::IntArrayRef({2, 512 * expansion, 4, 2}));
  for (const at::Tensor& stage : stages) {
    EXPECT_EQ(stage.scalar_type(), at::kFloat);
    EXPECT_TRUE(stage.is_contiguous());
    EXPECT_FALSE(stage.requires_grad());
  }
  const at::NoGradGuard no_gradients;
  const NetworkOutput output = network->forward(
      normalise_images(some_images(), PixelConstants(test::imagenet_pixels())), {.mode = Mode::kEvaluation});
  EXPECT_TRUE(at::equal(stages[3], output.feature_map));
}

// No layer behind a stage may write into what the stage gave.
TEST_P(FeaturesOf, EachStageAreTheSameAsOfAPassThatEndsThere) {
  const auto network = network_of(GetParam());
  const StageFeatures stages = stage_features(*network, some_images(), Precision::kFloat32);
  const at::NoGradGuard no_gradients;
  for (int64_t stage = 1; stage <= kNumStages; ++stage) {
    at::Tensor seen;
    const auto look = [&](const at::Tensor& passing, const Place& place) {
      if (place.stage == stage && place.ends_stage()) seen = passing.clone(at::MemoryFormat::Contiguous);
      return passing;
    };
    network->forward(normalise_images(some_images(), PixelConstants(test::imagenet_pixels())),
                     {.mode = Mode::kEvaluation, .hook = look});
    EXPECT_TRUE(at::equal(stages[stage - 1], seen)) << stage;
  }
}

TEST_P(FeaturesOf, AllStagesInBfloat16ComeCloseInFloat32) {
  const auto network = network_of(GetParam());
  const StageFeatures exact = stage_features(*network, some_images(), Precision::kFloat32);
  const StageFeatures rough = stage_features(*network, some_images(), Precision::kBfloat16);
  for (size_t stage = 0; stage < exact.size(); ++stage) {
    EXPECT_EQ(rough[stage].scalar_type(), at::kFloat);
    EXPECT_LT(((rough[stage] - exact[stage]).norm() / exact[stage].norm()).item<double>(), 0.1);
  }
  EXPECT_FALSE(at::autocast::is_autocast_enabled(at::kCPU));
}

INSTANTIATE_TEST_SUITE_P(Networks, FeaturesOf, testing::Values("resnet18", "resnet50", "preresnet18", "seresnet50"),
                         [](const auto& info) { return info.param; });

TEST(StageFeatures, LeaveTheNetworkAsItWas) {
  const auto network = network_of("preresnet18");
  const auto before = export_tensors(*network);
  stage_features(*network, some_images(), Precision::kFloat32);
  const auto after = export_tensors(*network);
  for (size_t index = 0; index < before.size(); ++index) {
    EXPECT_TRUE(at::equal(before[index].tensor, after[index].tensor)) << before[index].name;
  }
}

TEST(StageFeatures, RefuseWhatAreNoImages) {
  const auto network = network_of("resnet18");
  EXPECT_THROW(stage_features(*network, at::zeros({1, 3, 8, 8}, at::kByte), Precision::kFloat32), InvalidArgument);
}

}  // namespace

}  // namespace wsol
