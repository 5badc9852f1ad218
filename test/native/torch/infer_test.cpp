#include "native/torch/infer.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include "native/torch/errors.h"
#include "native/torch/image_ops.h"
#include "native/torch/score_maps/score_map_kind.h"
#include "native/torch/tensors.h"
#include "torch/golden.h"

namespace wsol {

namespace {

constexpr int64_t kClasses = 4;

std::shared_ptr<Network> small_network() {
  return make_network({.backbone = "resnet18",
                       .stem = "plain",
                       .num_classes = kClasses,
                       .last_stride = 1,
                       .layer3_stride = 2,
                       .head = linear_head()},
                      1, c10::Device(c10::kCPU));
}

at::Tensor some_images() { return at::randint(0, 256, {3, 64, 48, 3}, at::detail::createCPUGenerator(2), at::kByte); }

ScoreMapSettings maps_of(int64_t size, int64_t top_k) {
  return {.kind = "cam", .stage = 4, .normalisation = "minmax", .size = size, .labels = std::nullopt, .top_k = top_k};
}

TEST(Infer, GivesProbabilitiesAndEntropyOfTheLogitsInDouble) {
  const auto network = small_network();
  const Inference result = infer(*network, some_images(), Precision::kFloat32, std::nullopt);
  EXPECT_EQ(result.logits.sizes(), at::IntArrayRef({3, kClasses}));
  EXPECT_EQ(result.logits.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::allclose(result.probabilities, result.logits.to(at::kDouble).softmax(1), 0, 1e-14));
  const at::Tensor entropy = -(result.probabilities * result.probabilities.log()).sum(1);
  EXPECT_TRUE(at::allclose(result.entropy, entropy, 0, 1e-12));
  EXPECT_FALSE(result.score_maps.defined());
  EXPECT_FALSE(result.logits.requires_grad());
}

TEST(Infer, LeavesTheNetworkAsItWas) {
  const auto network = small_network();
  const auto before = export_tensors(*network);
  infer(*network, some_images(), Precision::kBfloat16, maps_of(0, 1));
  const auto after = export_tensors(*network);
  for (size_t index = 0; index < before.size(); ++index) {
    EXPECT_TRUE(at::equal(before[index].tensor, after[index].tensor)) << before[index].name;
  }
  EXPECT_FALSE(at::autocast::is_autocast_enabled(at::kCPU));
}

TEST(Infer, DrawsMapsOfTheMostProbableClassesInOrder) {
  const auto network = small_network();
  const Inference result = infer(*network, some_images(), Precision::kFloat32, maps_of(32, 2));
  EXPECT_EQ(result.score_maps.sizes(), at::IntArrayRef({3, 2, 32, 32}));
  EXPECT_EQ(result.score_maps.scalar_type(), at::kDouble);
  EXPECT_EQ(result.score_maps.min().item<double>(), 0);
  EXPECT_EQ(result.score_maps.max().item<double>(), 1);
  EXPECT_TRUE(at::equal(result.classes.select(1, 0), result.logits.argmax(1).to(at::kInt)));
}

TEST(Infer, DrawsMapsOfTheClassesAskedFor) {
  const auto network = small_network();
  ScoreMapSettings settings = maps_of(0, 0);
  settings.labels = at::tensor({0, 1, 2, 3, 3, 0}, at::kLong).view({3, 2});
  const Inference result = infer(*network, some_images(), Precision::kFloat32, settings);
  EXPECT_EQ(result.score_maps.sizes(), at::IntArrayRef({3, 2, 4, 3}));
  EXPECT_TRUE(at::equal(result.classes.to(at::kLong), *settings.labels));
  const at::Tensor features =
      network->forward(normalise_images(some_images(), test::imagenet_pixels()), {.mode = Mode::kEvaluation})
          .feature_map.detach()
          .to(at::kDouble);
  const at::Tensor weight = network->parameters()[network->parameters().size() - 2].tensor.detach().to(at::kDouble);
  const at::Tensor raw = (features[1] * weight[3].view({-1, 1, 1})).mean(0);
  const at::Tensor expected = (raw - raw.min()) / (raw.max() - raw.min());
  EXPECT_TRUE(at::allclose(result.score_maps[1][1], expected, 0, 1e-4));
}

TEST(Infer, GivesTheRawMapsThatTheScoreMapsWereResizedAndNormalisedFrom) {
  const auto network = small_network();
  for (const char* kind : {"cam", "grad-cam"}) {
    for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
      ScoreMapSettings settings = maps_of(32, 2);
      settings.kind = kind;
      const Inference result = infer(*network, some_images(), precision, settings);
      EXPECT_EQ(result.raw_maps.sizes(), at::IntArrayRef({3, 2, 4, 3}));
      EXPECT_EQ(result.raw_maps.scalar_type(), at::kFloat);
      EXPECT_TRUE(result.raw_maps.is_contiguous());
      EXPECT_FALSE(result.raw_maps.requires_grad());
      const at::Tensor resized = at::upsample_bicubic2d(result.raw_maps.to(at::kDouble), {32, 32}, false);
      const at::Tensor from_least = resized - resized.amin({2, 3}, true);
      const at::Tensor largest = from_least.amax({2, 3}, true);
      // Of images in which a class has no positive map, Grad-CAM draws nothing.
      const at::Tensor expected = at::where(largest > 0, from_least / largest, 0.0);
      EXPECT_TRUE(at::allclose(result.score_maps, expected, 0, 1e-12)) << kind;
    }
  }
  EXPECT_FALSE(infer(*network, some_images(), Precision::kFloat32, std::nullopt).raw_maps.defined());
}

TEST(Infer, Bfloat16ComesCloseToFloat32) {
  const auto network = small_network();
  const Inference exact = infer(*network, some_images(), Precision::kFloat32, maps_of(16, 1));
  const Inference rough = infer(*network, some_images(), Precision::kBfloat16, maps_of(16, 1));
  EXPECT_TRUE(at::allclose(rough.probabilities, exact.probabilities, 0, 0.05));
  EXPECT_EQ(rough.logits.scalar_type(), at::kFloat);
}

TEST(Infer, RejectsWrongBatchesAndSettingsByName) {
  const auto network = small_network();
  const auto refused = [&](const at::Tensor& images, const ScoreMapSettings& settings) -> std::string {
    try {
      infer(*network, images, Precision::kFloat32, settings);
    } catch (const InvalidArgument& error) {
      return error.parameter;
    }
    return "";
  };
  EXPECT_EQ(refused(at::zeros({1, 3, 8, 8}, at::kByte), maps_of(0, 1)), "batch");
  EXPECT_EQ(refused(some_images(), maps_of(-1, 1)), "size");
  EXPECT_EQ(refused(some_images(), maps_of(0, 0)), "topK");
  EXPECT_EQ(refused(some_images(), maps_of(0, kClasses + 1)), "topK");
  ScoreMapSettings settings = maps_of(0, 1);
  settings.kind = "magic";
  EXPECT_EQ(refused(some_images(), settings), "kind");
  settings = maps_of(0, 1);
  settings.stage = 3;
  EXPECT_EQ(refused(some_images(), settings), "stage");
  settings.kind = "grad-cam";
  EXPECT_EQ(refused(some_images(), settings), "");
  for (const int64_t stage : {0, 5}) {
    settings.stage = stage;
    EXPECT_EQ(refused(some_images(), settings), "stage");
  }
  settings = maps_of(0, 1);
  settings.normalisation = "softmax";
  EXPECT_EQ(refused(some_images(), settings), "normalisation");
  settings = maps_of(0, 1);
  settings.labels = at::zeros({2, 1}, at::kLong);
  EXPECT_EQ(refused(some_images(), settings), "labels");
  settings.labels = at::full({3, 1}, kClasses, at::kLong);
  EXPECT_EQ(refused(some_images(), settings), "labels");
}

TEST(Infer, RefusesGradientKindsForAHeadWithMapsOfItsOwn) {
  NetworkSpec spec = small_network()->spec();
  spec.head = {.name = "acol", .erase_threshold = 0.7};
  ScoreMapSettings settings = maps_of(0, 1);
  EXPECT_NO_THROW(validate(settings, 3, spec));
  for (const ScoreMapKind& kind : score_map_kinds()) {
    if (!kind.needs_gradient) continue;
    settings.kind = kind.name;
    EXPECT_THROW(validate(settings, 3, spec), InvalidArgument) << kind.name;
  }
}

}  // namespace

}  // namespace wsol
