#include "native/torch/heads/acol_head.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <map>

#include "native/torch/losses/regularized_loss.h"
#include "native/torch/models/backbones.h"
#include "native/torch/models/state_builder.h"
#include "torch/golden.h"

namespace wsol {

namespace {

/// The golden numbers' head, of 16 channels and 5 classes.
struct GoldenHead {
  explicit GoldenHead(double threshold) {
    const HeadSettings settings{.name = "acol", .erase_threshold = threshold};
    StateBuilder builder(0, c10::Device(c10::kCPU), Padding::kSymmetric);
    head = make_acol_head(
        builder, {.channels = 16, .num_classes = 5, .naming = backbones().front().naming, .settings = settings});
    state = builder.take();
    const at::NoGradGuard no_gradients;
    for (const StateEntry& entry : state) {
      at::Tensor(entry.tensor).set_data(test::golden_fill(entry.name, entry.tensor.sizes()).to(at::kDouble));
    }
  }

  std::unique_ptr<Head> head;
  std::vector<StateEntry> state;
};

at::Tensor golden_features() { return test::golden_values("feature", {2, 16, 7, 7}); }

at::Tensor golden_labels() { return at::tensor({1, 4}, at::kLong); }

void expect_near(const at::Tensor& actual, const test::Json& expected, double tolerance) {
  EXPECT_TRUE(at::allclose(actual.to(at::kDouble), test::as_tensor(expected, actual.sizes()), 0, tolerance));
}

std::vector<at::Tensor> logits_in_training(const Head& head, const at::Tensor& features, const at::Tensor& labels) {
  return head.forward(features, {.mode = Mode::kTraining, .hook = {}, .labels = labels});
}

TEST(AcolHead, GivesTheReferencesLogitsLossAndGradients) {
  const test::Json& expected = test::golden_methods()["acol_head"];
  const GoldenHead golden(0.7);
  const at::Tensor features = golden_features().requires_grad_();
  const std::vector<at::Tensor> logits = logits_in_training(*golden.head, features, golden_labels());
  ASSERT_EQ(logits.size(), 2u);
  expect_near(logits[0], expected["logits_a"], 1e-6);
  expect_near(logits[1], expected["logits_b"], 1e-6);

  const LossSettings plain{.regularizer = "none", .lambda = 0, .reduction = "mean", .multi_label = "softmax"};
  const at::Tensor loss = regularized_loss(logits[0], golden_labels(), plain).total +
                          regularized_loss(logits[1], golden_labels(), plain).total;
  EXPECT_NEAR(loss.item<double>(), expected["loss"].number(), 1e-6);
  loss.backward();
  const auto& norms = expected["gradient_norms"].members();
  ASSERT_EQ(norms.size(), golden.state.size());
  for (const StateEntry& entry : golden.state) {
    EXPECT_NEAR(entry.tensor.grad().norm().item<double>() / norms.at(entry.name).number(), 1, 1e-6) << entry.name;
  }
  EXPECT_NEAR(features.grad().norm().item<double>() / expected["feature_gradient_norm"].number(), 1, 1e-6);
}

TEST(AcolHead, GivesTheReferencesTestMap) {
  const GoldenHead golden(0.7);
  const at::Tensor maps = golden.head->class_maps(golden_features(), golden_labels().unsqueeze(1));
  ASSERT_EQ(maps.sizes(), at::IntArrayRef({2, 1, 7, 7}));
  expect_near(maps.squeeze(1), test::golden_methods()["acol_head"]["test_map"], 1e-6);
}

TEST(AcolHead, NamesItsTensorsAsTheReferenceDoesInTheClassifiersGroup) {
  NetworkSpec spec = test::plain_spec("preresnet18", 3);
  spec.head = {.name = "acol", .erase_threshold = 0.7};
  const auto network = make_network(spec, 0, c10::Device(c10::kCPU));
  std::string names;
  for (const StateEntry& entry : network->state()) {
    if (!entry.name.starts_with("classifier_")) continue;
    EXPECT_EQ(entry.role, Role::kClassifier);
    names += c10::str(entry.name, " ", entry.tensor.sizes(), "\n");
  }
  EXPECT_EQ(names,
            "classifier_A.0.weight [1024, 512, 3, 3]\nclassifier_A.0.bias [1024]\n"
            "classifier_A.2.weight [1024, 1024, 3, 3]\nclassifier_A.2.bias [1024]\n"
            "classifier_A.4.weight [3, 1024, 1, 1]\nclassifier_A.4.bias [3]\n"
            "classifier_B.0.weight [1024, 512, 3, 3]\nclassifier_B.0.bias [1024]\n"
            "classifier_B.2.weight [1024, 1024, 3, 3]\nclassifier_B.2.bias [1024]\n"
            "classifier_B.4.weight [3, 1024, 1, 1]\nclassifier_B.4.bias [3]\n");
  for (const StateEntry& entry : network->state()) EXPECT_FALSE(entry.name.starts_with("head.")) << entry.name;
}

TEST(AcolHead, OfSeveralClassesTheMapsAreThoseOfEachAlone) {
  const GoldenHead golden(0.5);
  const at::Tensor classes = at::tensor({1, 0, 3, 4}, at::kLong).view({2, 2});
  const at::Tensor both = golden.head->class_maps(golden_features(), classes);
  for (int64_t rank = 0; rank < 2; ++rank) {
    const at::Tensor alone = golden.head->class_maps(golden_features(), classes.narrow(1, rank, 1));
    EXPECT_TRUE(at::allclose(both.narrow(1, rank, 1), alone, 1e-12, 1e-12));
  }
  EXPECT_FALSE(both.requires_grad());
}

TEST(AcolHead, PredictsInEvaluationWithoutTheSecondBranch) {
  const GoldenHead golden(0.7);
  const std::vector<at::Tensor> logits = golden.head->forward(golden_features(), {.mode = Mode::kEvaluation});
  ASSERT_EQ(logits.size(), 1u);
  EXPECT_TRUE(at::equal(logits[0], logits_in_training(*golden.head, golden_features(), golden_labels())[0]));
}

TEST(AcolHead, ErasesNothingForAConstantMapUnlessTheThresholdIsZero) {
  const at::Tensor constant = at::zeros({2, 16, 1, 1}, at::kDouble) + 1;
  const auto second = [&](double threshold, const at::Tensor& features) {
    return logits_in_training(*GoldenHead(threshold).head, features, golden_labels())[1];
  };
  EXPECT_FALSE(at::equal(second(0.7, constant), second(0.7, constant * 0)));
  EXPECT_TRUE(at::equal(second(0, constant), second(0, constant * 0)));
  EXPECT_TRUE(GoldenHead(0.7).head->class_maps(constant, golden_labels().unsqueeze(1)).eq(0).all().item<bool>());
}

}  // namespace

}  // namespace wsol
