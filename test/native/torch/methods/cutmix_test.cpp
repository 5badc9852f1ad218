#include "native/torch/methods/cutmix.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "native/torch/losses/multi_label.h"
#include "native/torch/losses/regularized_loss.h"
#include "native/torch/losses/regularizers.h"
#include "native/torch/train/step_draws.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

/// Images of 4 x 6 pixels, each filled with its own number, of classes 2, 0 and 1.
TrainingBatch numbered_batch() {
  const at::Tensor images = at::arange(3, at::kFloat).view({3, 1, 1, 1}).repeat({1, 3, 4, 6});
  const at::Tensor labels = at::tensor({2, 0, 1}, at::kLong);
  return {.images = images, .labels = labels, .present = {}, .targets = labels, .num_classes = 3, .share = kWholeBatch};
}

Mixture mixture_at(double share, int64_t centre_x, int64_t centre_y) {
  return {.share = share, .centre_x = centre_x, .centre_y = centre_y, .partners = at::tensor({1, 2, 0}, at::kLong)};
}

TrainingBatch mixed_by(const CutmixSettings& cutmix_settings, int64_t step) {
  TrainingBatch batch = numbered_batch();
  MethodSettings settings = test::method_named("cutmix");
  settings.cutmix = cutmix_settings;
  cutmix(batch, settings, step_generator(3, step, Draws::kMethod));
  return batch;
}

TEST(CutMix, PastesTheBoxAndMixesTheTargetsByItsArea) {
  TrainingBatch batch = numbered_batch();
  // Sides 6 sqrt(1/2) = 4 and 4 sqrt(1/2) = 2, so 2 and 1 to each side of (3, 2).
  mix(batch, mixture_at(0.5, 3, 2));
  const at::Tensor pasted = at::tensor({0, 0, 0, 0, 0, 0,  //
                                        0, 1, 1, 1, 1, 0,  //
                                        0, 1, 1, 1, 1, 0,  //
                                        0, 0, 0, 0, 0, 0},
                                       at::kFloat)
                                .view({4, 6});
  const auto expected = [&](float own, float partner) { return (own + pasted * (partner - own)).expand({3, 4, 6}); };
  EXPECT_TRUE(at::equal(batch.images[0], expected(0, 1)));
  EXPECT_TRUE(at::equal(batch.images[1], expected(1, 2)));
  EXPECT_TRUE(at::equal(batch.images[2], expected(2, 0)));
  // 8 of 24 pixels.
  const float a = 2.f / 3, b = 1.f / 3;
  EXPECT_TRUE(at::allclose(batch.targets, at::tensor({b, 0.f, a, a, b, 0.f, 0.f, a, b}).view({3, 3})));
  EXPECT_TRUE(at::equal(batch.labels, at::tensor({2, 0, 1}, at::kLong)));
}

TEST(CutMix, CutsTheBoxAtTheBorderAndCountsWhatIsLeft) {
  TrainingBatch batch = numbered_batch();
  // Sides 6 and 4, all around (0, 3): columns 0 to 2, rows 1 to 3.
  mix(batch, mixture_at(0, 0, 3));
  EXPECT_EQ(batch.images[0].eq(1).sum().item<int64_t>(), 3 * 3 * 3);
  EXPECT_TRUE(at::allclose(batch.targets[0], at::tensor({9 / 24.f, 0.f, 15 / 24.f})));
}

TEST(CutMix, LeavesABatchAloneThatGetsAnEmptyBox) {
  TrainingBatch batch = numbered_batch();
  mix(batch, mixture_at(0.99, 3, 2));
  EXPECT_TRUE(at::equal(batch.images, numbered_batch().images));
  EXPECT_TRUE(at::equal(batch.targets, at::one_hot(batch.labels, 3).to(at::kFloat)));
}

TEST(CutMix, MixesDistributionsWhereTheBatchHasThem) {
  TrainingBatch batch = numbered_batch();
  batch.targets = at::tensor({.5f, .5f, 0.f, 1.f, 0.f, 0.f, 0.f, .25f, .75f}).view({3, 3});
  mix(batch, mixture_at(0.5, 3, 2));
  EXPECT_TRUE(at::allclose(batch.targets[0], at::tensor({2 / 3.f, 1 / 3.f, 0.f})));
}

TEST(CutMix, OneLossOfMixedTargetsIsTheMixtureOfTheLossesForEveryRegularizer) {
  const at::Tensor logits = at::tensor({.3, -1., 2., 1.5, .2, -.4, 0., .7, -2.}, at::kDouble).view({3, 3});
  TrainingBatch batch = numbered_batch();
  mix(batch, mixture_at(0.5, 3, 2));
  const at::Tensor of_partners = batch.labels.index_select(0, at::tensor({1, 2, 0}, at::kLong));
  for (const Regularizer& regularizer : regularizers()) {
    const LossSettings settings{
        .regularizer = regularizer.name, .lambda = 0.3, .reduction = "mean", .multi_label = "softmax"};
    const auto loss = [&](const at::Tensor& targets) {
      return regularized_loss(logits, targets, settings).total.item<double>();
    };
    EXPECT_NEAR(loss(batch.targets), (2 * loss(batch.labels) + loss(of_partners)) / 3, 1e-7) << regularizer.name;
  }
}

TEST(CutMix, MixesTheTargetsOfImagesWithSeveralClassesUnderEitherLoss) {
  const at::Tensor present = at::tensor({1, 1, 0, 0, 1, 0, 0, 1, 1}, at::kLong).view({3, 3}).to(at::kBool);
  for (const MultiLabel& multi_label : multi_labels()) {
    TrainingBatch batch = numbered_batch();
    const at::Tensor targets = multi_label.targets(present, at::kFloat);
    batch.targets = targets;
    mix(batch, mixture_at(0.5, 3, 2));
    const at::Tensor of_partners = targets.index_select(0, at::tensor({1, 2, 0}, at::kLong));
    EXPECT_TRUE(at::allclose(batch.targets, (2 * targets + of_partners) / 3)) << multi_label.name;
  }
}

TEST(CutMix, DrawsTheSameForTheSameStepAndOthersForTheNext) {
  const CutmixSettings always{.probability = 1, .beta = 1};
  for (int64_t step = 0; step < 20; ++step) {
    EXPECT_TRUE(at::equal(mixed_by(always, step).images, mixed_by(always, step).images));
    EXPECT_TRUE(at::equal(mixed_by(always, step).targets, mixed_by(always, step).targets));
  }
  int64_t changes = 0;
  for (int64_t step = 0; step < 20; ++step) {
    changes += !at::equal(mixed_by(always, step).images, mixed_by(always, step + 1).images);
  }
  EXPECT_GT(changes, 10);
}

TEST(CutMix, LeavesAShareOfBatchesAlone) {
  const auto is_mixed = [](double probability, int64_t step) {
    return mixed_by({.probability = probability, .beta = 1}, step).targets.dim() == 2;
  };
  int64_t mixed = 0;
  for (int64_t step = 0; step < 200; ++step) {
    EXPECT_FALSE(is_mixed(0, step));
    EXPECT_TRUE(is_mixed(1, step));
    mixed += is_mixed(0.5, step);
  }
  EXPECT_NEAR(static_cast<double>(mixed), 100, 30);
}

TEST(CutMix, DrawsSharesOfTheBetaDistribution) {
  // Of 100 x 100 pixels, so that an area tells its share; small betas give shares near 0 and 1, large ones near 1/2.
  const auto middle_shares = [](double beta) {
    int64_t count = 0;
    for (int64_t step = 0; step < 100; ++step) {
      TrainingBatch batch{.images = at::arange(2, at::kFloat).view({2, 1, 1, 1}).repeat({1, 3, 100, 100}),
                          .labels = at::tensor({0, 1}, at::kLong),
                          .present = {},
                          .targets = at::tensor({0, 1}, at::kLong),
                          .num_classes = 2,
                          .share = kWholeBatch};
      MethodSettings settings = test::method_named("cutmix");
      settings.cutmix.beta = beta;
      cutmix(batch, settings, step_generator(0, step, Draws::kMethod));
      EXPECT_TRUE(at::allclose(batch.targets.sum(1), at::ones({2})));
      const double pasted = 1 - batch.targets[0][0].item<double>();
      count += pasted > 0.1 && pasted < 0.55;
    }
    return count;
  };
  EXPECT_LT(middle_shares(0.01), 15);
  // Half of all permutations of two leave both where they are.
  EXPECT_GT(middle_shares(1000), 35);
}

}  // namespace

}  // namespace wsol
