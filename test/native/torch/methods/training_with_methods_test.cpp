#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "native/torch/errors.h"
#include "native/torch/infer.h"
#include "native/torch/train/step_draws.h"
#include "native/torch/train/trainer.h"
#include "torch/golden.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

TrainerSettings settings_with(const MethodSettings& method) {
  return {.loss = {.regularizer = "entropy", .lambda = 0.1, .reduction = "mean", .multi_label = "softmax"},
          .method = method,
          .optim = {.sgd = {.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4}, .classifier_lr_multiplier = 1},
          .data = {.crop_size = 32, .flip = 0.5},
          .seed = 5,
          .share = kWholeBatch,
          .precision = Precision::kFloat32};
}

std::shared_ptr<Network> network_for(const MethodSettings& method) {
  NetworkSpec spec = test::plain_spec("resnet18", 3);
  spec.head = head_for(method);
  return make_network(spec, 1, c10::Device(c10::kCPU));
}

at::Tensor some_images() { return at::randint(0, 256, {4, 40, 36, 3}, at::detail::createCPUGenerator(2), at::kByte); }

Targets some_targets() { return {.labels = at::tensor({0, 1, 2, 1}, at::kLong), .distributions = {}, .present = {}}; }

/// The weights after three steps.
std::vector<NamedTensor> trained_with(const MethodSettings& method) {
  const auto network = network_for(method);
  Trainer trainer(network, settings_with(method));
  for (int64_t step = 0; step < 3; ++step) trainer.step(some_images(), some_targets(), 0.01, step);
  return export_tensors(*network);
}

bool are_equal(const std::vector<NamedTensor>& first, const std::vector<NamedTensor>& second) {
  return std::equal(first.begin(), first.end(), second.begin(), second.end(),
                    [](const auto& a, const auto& b) { return a.name == b.name && at::equal(a.tensor, b.tensor); });
}

class TrainingWith : public testing::TestWithParam<std::string> {
 protected:
  const MethodSettings method_ = test::method_named(GetParam());
};

TEST_P(TrainingWith, TheSameSeedAndStepsGiveTheSameWeights) {
  EXPECT_TRUE(are_equal(trained_with(method_), trained_with(method_)));
}

TEST_P(TrainingWith, Bfloat16AutocastIsCloseToFloat32) {
  TrainerSettings settings = settings_with(method_);
  const StepResult exact = Trainer(network_for(method_), settings).step(some_images(), some_targets(), 0.01, 0);
  settings.precision = Precision::kBfloat16;
  const StepResult rounded = Trainer(network_for(method_), settings).step(some_images(), some_targets(), 0.01, 0);
  EXPECT_NEAR(rounded.loss, exact.loss, 0.1 * exact.loss);
}

TEST_P(TrainingWith, NothingRemainsInEvaluationButTheHead) {
  const auto trained = network_for(method_), fresh = network_for(method_);
  Trainer trainer(trained, settings_with(method_));
  trainer.step(some_images(), some_targets(), 0.01, 0);
  import_tensors(*fresh, export_tensors(*trained));
  const ScoreMapSettings cam{.kind = "cam",
                             .stage = 4,
                             .normalisation = "minmax",
                             .size = 0,
                             .labels = std::nullopt,
                             .top_k = 1,
                             .min_probability = 0};
  const Inference first = infer(*trained, some_images(), Precision::kFloat32, cam);
  const Inference again = infer(*trained, some_images(), Precision::kFloat32, cam);
  const Inference untrained = infer(*fresh, some_images(), Precision::kFloat32, cam);
  for (const Inference& other : {again, untrained}) {
    EXPECT_TRUE(at::equal(other.logits, first.logits));
    EXPECT_TRUE(at::equal(other.score_maps, first.score_maps));
  }
}

TEST_P(TrainingWith, DistributionsAreTakenAsTargets) {
  Targets soft = some_targets();
  soft.distributions = at::full({4, 3}, 1. / 3);
  const StepResult hard =
      Trainer(network_for(method_), settings_with(method_)).step(some_images(), some_targets(), 0, 0);
  const StepResult result = Trainer(network_for(method_), settings_with(method_)).step(some_images(), soft, 0, 0);
  EXPECT_TRUE(std::isfinite(result.loss));
  EXPECT_NE(result.loss, hard.loss);
  EXPECT_EQ(result.correct, hard.correct);
}

INSTANTIATE_TEST_SUITE_P(Methods, TrainingWith, testing::Values("none", "has", "cutmix", "adl", "rdap", "acol"),
                         [](const auto& info) { return info.param; });

TEST(TrainingWithMethods, CropsAndFlipsAreThoseOfARunWithoutOne) {
  const std::vector<NamedTensor> plain = trained_with(test::method_named("none"));
  MethodSettings has = test::method_named("has"), cutmix = test::method_named("cutmix");
  EXPECT_FALSE(are_equal(trained_with(has), plain));
  EXPECT_FALSE(are_equal(trained_with(cutmix), plain));
  has.has.drop_rate = 0;
  cutmix.cutmix.probability = 0;
  EXPECT_TRUE(are_equal(trained_with(has), plain));
  EXPECT_TRUE(are_equal(trained_with(cutmix), plain));
}

TEST(TrainingWithMethods, OnlyHideAndSeekDrawsByPositionInTheGlobalBatch) {
  for (const Method& method : methods()) {
    EXPECT_EQ(method.draws_by == DrawsBy::kPosition, std::string(method.name) == "has") << method.name;
  }
}

TEST(TrainingWithMethods, EachRankHasDrawsOfItsOwn) {
  const auto draw = [](int64_t rank) { return at::rand({4}, step_generator(5, 9, Draws::kMethod, rank), at::kDouble); };
  EXPECT_TRUE(at::equal(draw(0), at::rand({4}, step_generator(5, 9, Draws::kMethod), at::kDouble)));
  EXPECT_TRUE(at::equal(draw(1), draw(1)));
  EXPECT_FALSE(at::equal(draw(0), draw(1)));
  EXPECT_FALSE(at::equal(draw(1), draw(2)));
}

TEST(TrainingWithMethods, AShareThatDoesNotExistIsRefused) {
  const auto refused = [](const Share& share) -> std::string {
    TrainerSettings settings = settings_with(test::method_named("none"));
    settings.share = share;
    try {
      validate(settings);
    } catch (const InvalidArgument& error) {
      return error.parameter;
    }
    return "";
  };
  EXPECT_EQ(refused(kWholeBatch), "");
  EXPECT_EQ(refused({.rank = 1, .world_size = 2}), "");
  EXPECT_EQ(refused({.rank = 0, .world_size = 0}), "worldSize");
  EXPECT_EQ(refused({.rank = 2, .world_size = 2}), "rank");
  EXPECT_EQ(refused({.rank = -1, .world_size = 2}), "rank");
}

TEST(TrainingWithMethods, ANetworkWithAnotherHeadIsRefused) {
  const auto refused = [](const MethodSettings& of_network, const MethodSettings& of_trainer) -> std::string {
    try {
      Trainer(network_for(of_network), settings_with(of_trainer));
    } catch (const InvalidArgument& error) {
      return error.parameter;
    }
    return "";
  };
  const MethodSettings none = test::method_named("none"), acol = test::method_named("acol");
  MethodSettings other = acol;
  other.acol.threshold = 0.5;
  EXPECT_EQ(refused(none, acol), "method");
  EXPECT_EQ(refused(acol, none), "method");
  EXPECT_EQ(refused(acol, other), "threshold");
  EXPECT_EQ(refused(none, test::method_named("adl")), "");
}

}  // namespace

}  // namespace wsol
