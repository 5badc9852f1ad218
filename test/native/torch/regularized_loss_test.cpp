#include "native/torch/losses/regularized_loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "native/torch/find_row.h"
#include "native/torch/losses/multi_label.h"
#include "native/torch/losses/regularizers.h"
#include "torch/golden.h"

namespace wsol {

namespace {

LossSettings settings_of(const std::string& regularizer, double lambda, const std::string& reduction = "mean",
                         const std::string& multi_label = "softmax") {
  return {.regularizer = regularizer, .lambda = lambda, .reduction = reduction, .multi_label = multi_label};
}

struct ValueAndGradient {
  double value;
  at::Tensor gradient;
};

ValueAndGradient evaluate(const at::Tensor& logits, const at::Tensor& targets, const LossSettings& settings) {
  const at::Tensor leaf = logits.detach().clone().requires_grad_();
  const LossValue loss = regularized_loss(leaf, targets, settings);
  loss.total.backward();
  return {.value = loss.total.item<double>(), .gradient = leaf.grad()};
}

at::Tensor golden_logits() { return test::as_tensor(test::golden()["losses"]["logits"], {4, 7}); }

at::Tensor golden_targets() { return test::as_tensor(test::golden()["losses"]["targets"], {4}).to(at::kLong); }

at::Tensor as_distributions(const at::Tensor& targets, int64_t classes) {
  return at::zeros({targets.size(0), classes}, at::kDouble).scatter_(1, targets.unsqueeze(1), 1.0);
}

TEST(RegularizedLoss, AgreesWithTheReferenceForEveryRegularizer) {
  const auto& values = test::golden()["losses"]["values"].members();
  ASSERT_EQ(values.size(), 18u);
  for (const auto& [key, expected] : values) {
    const size_t at_sign = key.find('@');
    const LossSettings settings = settings_of(key.substr(0, at_sign), std::stod(key.substr(at_sign + 1)));
    const ValueAndGradient actual = evaluate(golden_logits(), golden_targets(), settings);
    EXPECT_NEAR(actual.value, expected["loss"].number(), 1e-12) << key;
    const at::Tensor gradient = test::as_tensor(expected["grad"], {4, 7});
    EXPECT_LT((actual.gradient - gradient).abs().max().item<double>(), 1e-12) << key;
  }
}

TEST(RegularizedLoss, EntropyIsLabelSmoothingUpToScaleAndConstant) {
  const double lambda = 0.3, classes = 7;
  const ValueAndGradient entropy = evaluate(golden_logits(), golden_targets(), settings_of("entropy", lambda));
  const double eps = lambda / (1 + lambda);
  const ValueAndGradient smoothed = evaluate(golden_logits(), golden_targets(), settings_of("label-smoothing", eps));
  EXPECT_NEAR(entropy.value, (1 + lambda) * smoothed.value - lambda * std::log(classes), 1e-12);
  EXPECT_TRUE(at::allclose(entropy.gradient, (1 + lambda) * smoothed.gradient, 0, 1e-12));
}

TEST(RegularizedLoss, TheGradientOfEntropyIsThePapers) {
  const double lambda = 0.3, classes = 7, images = 4;
  const ValueAndGradient actual = evaluate(golden_logits(), golden_targets(), settings_of("entropy", lambda));
  const at::Tensor p = golden_logits().softmax(1);
  const at::Tensor expected = ((1 + lambda) * p - as_distributions(golden_targets(), 7) - lambda / classes) / images;
  EXPECT_TRUE(at::allclose(actual.gradient, expected, 0, 1e-12));
}

TEST(RegularizedLoss, AStepAgainstTheGradientRaisesTheEntropyMoreWithLambda) {
  const auto entropy_after_step = [](double lambda) {
    const ValueAndGradient now = evaluate(golden_logits(), golden_targets(), settings_of("entropy", lambda));
    const at::Tensor next = golden_logits() - 0.1 * now.gradient;
    return regularized_loss(next, golden_targets(), settings_of("none", 0)).entropy.item<double>();
  };
  EXPECT_GT(entropy_after_step(0.5), entropy_after_step(0));
}

TEST(RegularizedLoss, ReductionsMultiplyTheTermByClassesAndByBatch) {
  const auto term = [](const std::string& regularizer, const std::string& reduction) {
    const double with = evaluate(golden_logits(), golden_targets(), settings_of(regularizer, 0.1, reduction)).value;
    return with - evaluate(golden_logits(), golden_targets(), settings_of("none", 0)).value;
  };
  EXPECT_NEAR(term("entropy", "class-sum"), 7 * term("entropy", "mean"), 1e-12);
  EXPECT_NEAR(term("entropy", "sum"), 28 * term("entropy", "mean"), 1e-12);
  EXPECT_EQ(term("label-smoothing", "sum"), term("label-smoothing", "mean"));
}

TEST(RegularizedLoss, DistributionsOfOneClassGiveWhatTheClassGives) {
  for (const std::string& regularizer : names_of(regularizers())) {
    const LossSettings settings = settings_of(regularizer, 0.2);
    const ValueAndGradient hard = evaluate(golden_logits(), golden_targets(), settings);
    const ValueAndGradient soft = evaluate(golden_logits(), as_distributions(golden_targets(), 7), settings);
    EXPECT_NEAR(hard.value, soft.value, 1e-12) << regularizer;
    EXPECT_TRUE(at::allclose(hard.gradient, soft.gradient, 0, 1e-12)) << regularizer;
  }
}

TEST(RegularizedLoss, IsFiniteForLogitsOfTenThousand) {
  for (const at::ScalarType dtype : {at::kDouble, at::kFloat}) {
    const at::Tensor logits = at::tensor({1e4, -1e4, 0.0, -1e4, -1e4, 1e4}, dtype).view({2, 3});
    for (const std::string& regularizer : names_of(regularizers())) {
      const ValueAndGradient actual = evaluate(logits, at::tensor({1, 0}, at::kLong), settings_of(regularizer, 0.5));
      EXPECT_TRUE(std::isfinite(actual.value)) << regularizer;
      EXPECT_TRUE(actual.gradient.isfinite().all().item<bool>()) << regularizer;
    }
  }
}

TEST(RegularizedLoss, ReportsPlainCrossEntropyAndEntropyInNats) {
  const at::Tensor uniform = at::zeros({2, 5}, at::kDouble);
  const LossValue loss = regularized_loss(uniform, at::tensor({0, 4}, at::kLong), settings_of("label-smoothing", 0.4));
  EXPECT_NEAR(loss.cross_entropy.item<double>(), std::log(5), 1e-12);
  EXPECT_NEAR(loss.entropy.item<double>(), std::log(5), 1e-12);
  EXPECT_FALSE(loss.entropy.requires_grad());
}

TEST(RegularizedLoss, ComputesInFloat32ForBfloat16Logits) {
  const at::Tensor logits = golden_logits().to(at::kBFloat16);
  const LossValue loss = regularized_loss(logits, golden_targets(), settings_of("entropy", 0.1));
  EXPECT_EQ(loss.total.scalar_type(), at::kFloat);
  const LossValue exact = regularized_loss(logits.to(at::kDouble), golden_targets(), settings_of("entropy", 0.1));
  EXPECT_NEAR(loss.total.item<double>(), exact.total.item<double>(), 1e-5);
}

TEST(EffectiveEps, IsLambdaKOverOnePlusLambdaKForEntropyOnly) {
  EXPECT_NEAR(*effective_eps(settings_of("entropy", 1e-4, "sum"), 100, 32), 0.32 / 1.32, 1e-12);
  EXPECT_NEAR(*effective_eps(settings_of("entropy", 1e-4, "class-sum"), 100, 32), 0.01 / 1.01, 1e-12);
  EXPECT_NEAR(*effective_eps(settings_of("entropy", 0.1), 100, 32), 0.1 / 1.1, 1e-12);
  EXPECT_FALSE(effective_eps(settings_of("label-smoothing", 0.1), 100, 32).has_value());
  EXPECT_FALSE(effective_eps(settings_of("none", 0.1), 100, 32).has_value());
}

std::string refused_parameter(const at::Tensor& logits, const at::Tensor& targets, const LossSettings& settings) {
  try {
    regularized_loss(logits, targets, settings);
  } catch (const InvalidArgument& error) {
    return error.parameter;
  }
  return "";
}

TEST(RegularizedLoss, RejectsWrongSettingsAndShapesByName) {
  const at::Tensor logits = golden_logits(), targets = golden_targets();
  EXPECT_EQ(refused_parameter(logits, targets, settings_of("l2", 0)), "regularizer");
  EXPECT_EQ(refused_parameter(logits, targets, settings_of("entropy", -1)), "lambda");
  EXPECT_EQ(refused_parameter(logits, targets, settings_of("entropy", NAN)), "lambda");
  EXPECT_EQ(refused_parameter(logits, targets, settings_of("label-smoothing", 1.5)), "lambda");
  EXPECT_EQ(refused_parameter(logits, targets, settings_of("entropy", 0, "median")), "reduction");
  EXPECT_EQ(refused_parameter(logits[0], targets, settings_of("none", 0)), "logits");
  EXPECT_EQ(refused_parameter(logits, targets.slice(0, 0, 3), settings_of("none", 0)), "targets");
  EXPECT_EQ(refused_parameter(logits, targets.to(at::kInt), settings_of("none", 0)), "targets");
}

at::Tensor golden_present() {
  return test::as_tensor(test::golden_methods()["multi_label"]["present"], {4, 6}).to(at::kBool);
}

TEST(MultiLabelLoss, AgreesWithTheReferenceForBothLosses) {
  const test::Json& expected = test::golden_methods()["multi_label"];
  const at::Tensor logits = test::as_tensor(expected["logits"], {4, 6});
  const std::pair<const char*, const char*> losses[] = {
      {"softmax", "softmax, uniform over the present classes, entropy"}, {"bce", "bce, entropy against 1/2"}};
  for (const auto& [multi_label, key] : losses) {
    ASSERT_EQ(expected[key].members().size(), 2u);
    for (const auto& [lambda, answer] : expected[key].members()) {
      const LossSettings settings = settings_of("entropy", std::stod(lambda), "mean", multi_label);
      const at::Tensor targets = targets_of_present(golden_present(), settings, at::kDouble);
      const ValueAndGradient actual = evaluate(logits, targets, settings);
      EXPECT_NEAR(actual.value, answer["value"].number(), 1e-12) << key;
      const at::Tensor gradient = test::as_tensor(answer["gradient"], {4, 6});
      EXPECT_LT((actual.gradient - gradient).abs().max().item<double>(), 1e-12) << key;
    }
  }
}

TEST(MultiLabelLoss, BceTakesTheRegularizersThatHaveABinaryFormAndNoOther) {
  for (const std::string& name : names_of(regularizers())) {
    const bool takes = name == "none" || name == "entropy" || name == "label-smoothing";
    const std::string refused =
        refused_parameter(golden_logits(), golden_targets(), settings_of(name, 0.1, "mean", "bce"));
    EXPECT_EQ(refused, takes ? "" : "regularizer") << name;
  }
  EXPECT_EQ(refused_parameter(golden_logits(), golden_targets(), settings_of("none", 0, "mean", "hinge")),
            "multiLabel");
}

TEST(MultiLabelLoss, BceSmoothsTheLabelsOfEachClassTowardsOneHalf) {
  const double eps = 0.3;
  const at::Tensor logits = test::as_tensor(test::golden_methods()["multi_label"]["logits"], {4, 6});
  const at::Tensor present = golden_present().to(at::kDouble);
  const double smoothed = evaluate(logits, present, settings_of("label-smoothing", eps, "mean", "bce")).value;
  const double expected = at::binary_cross_entropy_with_logits(logits, (1 - eps) * present + eps / 2).item<double>();
  EXPECT_NEAR(smoothed, expected, 1e-12);
  // The same identity as for the softmax, with 2 in place of the number of classes.
  const double lambda = eps / (1 - eps);
  const double entropy = evaluate(logits, present, settings_of("entropy", lambda, "mean", "bce")).value;
  EXPECT_NEAR(entropy, (1 + lambda) * smoothed - lambda * std::log(2), 1e-12);
}

TEST(MultiLabelLoss, BceOfOneClassIsThatOfItsOneHotRow) {
  const LossSettings settings = settings_of("entropy", 0.2, "sum", "bce");
  const ValueAndGradient hard = evaluate(golden_logits(), golden_targets(), settings);
  const ValueAndGradient soft = evaluate(golden_logits(), as_distributions(golden_targets(), 7), settings);
  EXPECT_EQ(hard.value, soft.value);
  EXPECT_TRUE(at::equal(hard.gradient, soft.gradient));
}

TEST(MultiLabelLoss, BceIsFiniteForLogitsOfTenThousandAndReportsTheMeanEntropyOfTheClasses) {
  for (const at::ScalarType dtype : {at::kDouble, at::kFloat}) {
    const at::Tensor logits = at::tensor({1e4, -1e4, 0.0, -1e4, -1e4, 1e4}, dtype).view({2, 3});
    const LossSettings settings = settings_of("entropy", 0.5, "mean", "bce");
    const ValueAndGradient actual = evaluate(logits, at::tensor({1, 0}, at::kLong), settings);
    EXPECT_TRUE(std::isfinite(actual.value));
    EXPECT_TRUE(actual.gradient.isfinite().all().item<bool>());
    const LossValue loss = regularized_loss(logits, at::tensor({1, 0}, at::kLong), settings);
    EXPECT_NEAR(loss.entropy.item<double>(), std::log(2) / 6, 1e-6);
  }
}

TEST(ValidateLabels, RejectsTheFirstLabelOutOfRange) {
  EXPECT_NO_THROW(validate_labels(at::tensor({0, 6}, at::kLong), 7));
  EXPECT_THROW(validate_labels(at::tensor({0, 7}, at::kLong), 7), InvalidArgument);
  EXPECT_THROW(validate_labels(at::tensor({-1}, at::kLong), 7), InvalidArgument);
}

}  // namespace

}  // namespace wsol
