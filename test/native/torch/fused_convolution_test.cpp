#include "native/torch/models/fused_convolution.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "native/torch/heads/head.h"
#include "native/torch/infer.h"
#include "native/torch/score_maps/forward_in_evaluation.h"
#include "native/torch/tensors.h"
#include "native/torch/train/trainer.h"
#include "torch/golden.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

const c10::Device kCpu(c10::kCPU);

/// Large enough for minimal filtering in the first stages, of sides that are no multiple of its tiles.
at::Tensor some_images() { return test::golden_fill("input", {3, 3, 104, 72}); }

/// With gradients the layers run one by one.
NetworkOutput forward_unfused(Network& network, const at::Tensor& images, Precision precision) {
  const at::AutoGradMode with_gradients(true);
  const NetworkOutput output = forward_in_evaluation(network, images, precision);
  EXPECT_TRUE(output.logits.requires_grad());
  return output;
}

NetworkOutput forward_fused(Network& network, const at::Tensor& images, Precision precision) {
  const at::NoGradGuard no_gradients;
  return forward_in_evaluation(network, images, precision);
}

/// The root of the mean squared difference, as a part of that of the values.
double noise_of(const at::Tensor& found, const at::Tensor& exact) {
  return ((found.detach().to(at::kDouble) - exact).norm() / exact.norm()).item<double>();
}

struct Case {
  const char* name;
  const char* backbone;
  const char* stem;
  const char* head;
  const char* padding;
};

class FusedNetwork : public testing::TestWithParam<Case> {
 protected:
  NetworkSpec spec() const {
    NetworkSpec spec = test::golden_spec(GetParam().backbone, 1);
    spec.stem = GetParam().stem;
    spec.padding = GetParam().padding;
    spec.head = {.name = GetParam().head, .erase_threshold = 0.7};
    return spec;
  }

  std::shared_ptr<Network> filled() const {
    const auto network = make_network(spec(), 0, kCpu);
    test::fill_by_rule(*network);
    return network;
  }
};

TEST_P(FusedNetwork, GivesWhatItsLayersGiveOneByOne) {
  const auto network = filled(), exact = filled();
  test::convert(*exact, at::kDouble, at::MemoryFormat::ChannelsLast);
  const at::Tensor images = some_images();
  const NetworkOutput expected = forward_unfused(*exact, images.to(at::kDouble), Precision::kFloat32);
  const at::Tensor features = expected.feature_map.detach(), logits = expected.logits.detach();
  const NetworkOutput in_double = forward_fused(*exact, images.to(at::kDouble), Precision::kFloat32);
  EXPECT_LT(noise_of(in_double.feature_map, features), 1e-12);
  for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
    const NetworkOutput unfused = forward_unfused(*network, images, precision);
    const NetworkOutput fused = forward_fused(*network, images, precision);
    EXPECT_EQ(fused.feature_map.scalar_type(), unfused.feature_map.scalar_type());
    EXPECT_EQ(fused.logits.sizes(), unfused.logits.sizes());
    // Rounding alone differs; so the noise is of the same size.
    EXPECT_LT(noise_of(fused.feature_map, features), 1.5 * noise_of(unfused.feature_map, features) + 1e-7);
    EXPECT_LT(noise_of(fused.logits, logits), 2 * noise_of(unfused.logits, logits) + 1e-6);
    EXPECT_FALSE(fused.logits.requires_grad());
  }
}

TEST_P(FusedNetwork, DrawsTheMapsOfItsLayers) {
  const auto network = filled(), exact = filled();
  test::convert(*exact, at::kDouble, at::MemoryFormat::ChannelsLast);
  const at::Tensor images = some_images(), classes = at::tensor({0, 5, 10}, at::kLong).view({3, 1});
  const at::Tensor features = forward_unfused(*exact, images.to(at::kDouble), Precision::kFloat32).feature_map.detach();
  const at::Tensor expected = exact->head().class_maps(features, classes);
  const at::Tensor maps =
      network->head().class_maps(forward_fused(*network, images, Precision::kFloat32).feature_map, classes);
  EXPECT_LT(noise_of(maps, expected), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Networks, FusedNetwork,
                         testing::Values(Case{"resnet18", "resnet18", "plain", "linear", "symmetric"},
                                         Case{"preresnet18", "preresnet18", "plain", "linear", "symmetric"},
                                         Case{"activated", "preresnet18", "activated", "linear", "symmetric"},
                                         Case{"resnet50", "resnet50", "plain", "linear", "symmetric"},
                                         Case{"seresnet50", "seresnet50", "plain", "linear", "symmetric"},
                                         Case{"same", "resnet18", "plain", "linear", "same"},
                                         Case{"acol", "resnet18", "plain", "acol", "symmetric"}),
                         [](const testing::TestParamInfo<Case>& info) { return std::string(info.param.name); });

TrainerSettings settings_of(Precision precision) {
  return {.loss = {.regularizer = "none", .lambda = 0, .reduction = "mean", .multi_label = "softmax"},
          .method = test::method_named("none"),
          .optim = {.sgd = {.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4}, .classifier_lr_multiplier = 1},
          .data = {.crop_size = 64, .flip = 0.5},
          .seed = 5,
          .share = kWholeBatch,
          .precision = precision};
}

at::Tensor training_images() {
  return at::randint(0, 256, {4, 64, 64, 3}, at::make_generator<at::CPUGeneratorImpl>(2), at::kByte);
}

Targets training_targets() {
  return {.labels = at::tensor({0, 1, 2, 1}, at::kLong), .distributions = {}, .present = {}};
}

/// Of a network that was never used before.
at::Tensor logits_of_a_fresh_one(const Network& network, Precision precision) {
  const auto fresh = make_network(network.spec(), 9, kCpu);
  import_tensors(*fresh, export_tensors(network));
  return forward_fused(*fresh, some_images(), precision).logits;
}

TEST(FusedConvolution, IsRenewedWhenWeightsChange) {
  for (const auto& [backbone, precision] :
       {std::pair("resnet18", Precision::kFloat32), std::pair("preresnet18", Precision::kBfloat16)}) {
    const auto network = make_network(test::golden_spec(backbone, 1), 1, kCpu);
    Trainer trainer(network, settings_of(precision));
    at::Tensor before = forward_fused(*network, some_images(), precision).logits;
    const auto expect_renewed = [&](const char* what) {
      const at::Tensor logits = forward_fused(*network, some_images(), precision).logits;
      EXPECT_FALSE(at::equal(logits, before)) << what;
      EXPECT_TRUE(at::equal(logits, logits_of_a_fresh_one(*network, precision))) << what;
      before = logits;
    };
    trainer.step(training_images(), training_targets(), 0.01, 0);
    expect_renewed("a step");
    trainer.forward_backward(training_images(), training_targets(), 1);
    expect_renewed("running statistics");
    trainer.update(0.01);
    expect_renewed("an update alone");
    import_tensors(*network, export_tensors(*make_network(network->spec(), 3, kCpu)));
    expect_renewed("other weights");
    const at::NoGradGuard no_gradients;
    for (const StateEntry& entry : network->state()) {
      if (entry.name.ends_with("running_var")) at::Tensor(entry.tensor).mul_(1.5);
    }
    expect_renewed("one kind of tensor");
  }
}

TEST(FusedConvolution, ValidationBetweenStepsChangesNothingOfThem) {
  const auto plain = make_network(test::golden_spec("preresnet18", 1), 1, kCpu);
  const auto validated = make_network(test::golden_spec("preresnet18", 1), 1, kCpu);
  Trainer first(plain, settings_of(Precision::kFloat32)), second(validated, settings_of(Precision::kFloat32));
  for (int64_t step = 0; step < 3; ++step) {
    first.step(training_images(), training_targets(), 0.01, step);
    infer(*validated, training_images(), Precision::kFloat32, std::nullopt);
    second.step(training_images(), training_targets(), 0.01, step);
    infer(*validated, training_images(), Precision::kBfloat16, std::nullopt);
  }
  const auto expected = export_tensors(*plain), found = export_tensors(*validated);
  for (size_t index = 0; index < expected.size(); ++index) {
    EXPECT_TRUE(at::equal(found[index].tensor, expected[index].tensor)) << expected[index].name;
  }
}

TEST(FusedConvolution, ServesBatchesOfEverySizeInTurn) {
  const auto network = make_network(test::golden_spec("resnet18", 1), 1, kCpu);
  const at::Tensor images = some_images();
  const at::Tensor together = forward_fused(*network, images, Precision::kFloat32).logits;
  for (int64_t image = 0; image < images.size(0); ++image) {
    const at::Tensor alone = forward_fused(*network, images.narrow(0, image, 1), Precision::kFloat32).logits;
    EXPECT_TRUE(at::allclose(alone[0], together[image], 1e-4, 1e-5));
    const at::Tensor small = images.narrow(0, image, 1).slice(2, 0, 32).slice(3, 0, 32);
    EXPECT_TRUE(at::allclose(forward_fused(*network, small, Precision::kFloat32).logits,
                             forward_unfused(*network, small, Precision::kFloat32).logits.detach(), 1e-4, 1e-5));
  }
  EXPECT_TRUE(at::equal(forward_fused(*network, images, Precision::kFloat32).logits, together));
}

}  // namespace

}  // namespace wsol
