#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "native/torch/device.h"
#include "native/torch/infer.h"
#include "native/torch/train/trainer.h"
#include "torch/golden.h"
#include "torch/method_named.h"

// The device that WSOL_TEST_DEVICE names, such as cuda:0, beside the CPU.

namespace wsol {

namespace {

const c10::Device kCpu(c10::kCPU);

struct Setting {
  std::string backbone;
  std::string method = "none";
  std::string multi_label = "softmax";
};

void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.backbone << ' ' << setting.method << ' ' << setting.multi_label;
}

std::shared_ptr<Network> network_on(c10::Device device, const Setting& setting) {
  NetworkSpec spec = test::plain_spec(setting.backbone, 3);
  spec.head = head_for(test::method_named(setting.method));
  spec.multi_label = setting.multi_label;
  return make_network(spec, 1, device);
}

TrainerSettings settings_of(const Setting& setting, Precision precision) {
  return {.loss = {.regularizer = "entropy", .lambda = 0.1, .reduction = "mean", .multi_label = setting.multi_label},
          .method = test::method_named(setting.method),
          .optim = {.sgd = {.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4}, .classifier_lr_multiplier = 10},
          .data = {.crop_size = 64, .flip = 0.5},
          .seed = 5,
          .share = kWholeBatch,
          .precision = precision};
}

at::Tensor some_images() { return at::randint(0, 256, {8, 72, 70, 3}, at::detail::createCPUGenerator(2), at::kByte); }

at::Tensor some_labels() { return at::tensor({0, 1, 2, 1, 0, 2, 2, 0}, at::kLong); }

Targets targets_of(const Setting& setting) {
  if (setting.multi_label == "softmax") return {.labels = some_labels(), .distributions = {}, .present = {}};
  return {.labels = {}, .distributions = {}, .present = at::one_hot(some_labels(), 3).to(at::kBool)};
}

class DeviceAgreement : public testing::TestWithParam<Setting> {
 protected:
  void SetUp() override {
    const char* name = std::getenv("WSOL_TEST_DEVICE");
    if (name == nullptr) GTEST_SKIP() << "WSOL_TEST_DEVICE names no device";
    device_ = parse_device(name);
  }

  c10::Device device_ = kCpu;
};

TEST_P(DeviceAgreement, StepsLearnWhatTheyLearnOnTheCpu) {
  const auto expected = network_on(kCpu, GetParam()), actual = network_on(device_, GetParam());
  const TrainerSettings settings = settings_of(GetParam(), Precision::kFloat32);
  Trainer slow(expected, settings), fast(actual, settings);
  for (int64_t step = 0; step < 2; ++step) {
    const StepResult wanted = slow.step(some_images(), targets_of(GetParam()), 0.001, step);
    const StepResult got = fast.step(some_images(), targets_of(GetParam()), 0.001, step);
    EXPECT_NEAR(got.loss, wanted.loss, 0.01 * wanted.loss) << step;
    EXPECT_NEAR(got.cross_entropy, wanted.cross_entropy, 0.01 * wanted.cross_entropy) << step;
    EXPECT_NEAR(got.entropy, wanted.entropy, 0.01) << step;
  }
  const auto weights = export_tensors(*expected), others = export_tensors(*actual);
  ASSERT_EQ(weights.size(), others.size());
  for (size_t index = 0; index < weights.size(); ++index) {
    EXPECT_EQ(weights[index].name, others[index].name);
    const at::Tensor difference = (weights[index].tensor - others[index].tensor).to(at::kDouble);
    const double scale = weights[index].tensor.to(at::kDouble).norm().item<double>();
    EXPECT_LE(difference.norm().item<double>(), 0.02 * scale + 0.02) << weights[index].name;
  }
}

TEST_P(DeviceAgreement, Bfloat16LearnsWithinItsRounding) {
  const StepResult wanted = Trainer(network_on(kCpu, GetParam()), settings_of(GetParam(), Precision::kFloat32))
                                .step(some_images(), targets_of(GetParam()), 0.001, 0);
  const StepResult got = Trainer(network_on(device_, GetParam()), settings_of(GetParam(), Precision::kBfloat16))
                             .step(some_images(), targets_of(GetParam()), 0.001, 0);
  EXPECT_NEAR(got.loss, wanted.loss, 0.1 * wanted.loss);
}

TEST_P(DeviceAgreement, ProbabilitiesAndScoreMapsAreThoseOfTheCpu) {
  const auto expected = network_on(kCpu, GetParam()), actual = network_on(device_, GetParam());
  const ScoreMapSettings cam{.kind = "cam",
                             .stage = 4,
                             .normalisation = "minmax",
                             .size = 32,
                             .labels = some_labels().unsqueeze(1),
                             .top_k = 1,
                             .min_probability = 0};
  const at::Tensor images = some_images();
  const Inference wanted = infer(*expected, images, Precision::kFloat32, cam);
  const Inference got = infer(*actual, images, Precision::kFloat32, cam);
  EXPECT_LT(test::difference_over_range(got.logits, wanted.logits), 0.01);
  ASSERT_TRUE(at::equal(got.offsets, wanted.offsets));
  EXPECT_LT((got.score_maps - wanted.score_maps).abs().mean().item<double>(), 0.01);
}

INSTANTIATE_TEST_SUITE_P(Networks, DeviceAgreement,
                         testing::Values(Setting{"resnet18"}, Setting{"preresnet18"}, Setting{"resnet50"},
                                         Setting{"seresnet50"}));

INSTANTIATE_TEST_SUITE_P(Methods, DeviceAgreement,
                         testing::Values(Setting{"resnet18", "has"}, Setting{"resnet18", "cutmix"},
                                         Setting{"resnet18", "adl"}, Setting{"resnet18", "rdap"},
                                         Setting{"resnet18", "acol"}, Setting{"resnet18", "none", "bce"}));

}  // namespace

}  // namespace wsol
