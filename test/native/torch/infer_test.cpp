#include "native/torch/infer.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "native/torch/errors.h"
#include "native/torch/image_ops.h"
#include "native/torch/score_maps/score_map_kind.h"
#include "native/torch/tensors.h"
#include "torch/golden.h"

namespace wsol {

namespace {

constexpr int64_t kClasses = 4;

std::shared_ptr<Network> small_network() {
  return make_network(test::plain_spec("resnet18", kClasses), 1, c10::Device(c10::kCPU));
}

at::Tensor some_images() { return at::randint(0, 256, {3, 64, 48, 3}, at::detail::createCPUGenerator(2), at::kByte); }

ScoreMapSettings maps_of(int64_t size, int64_t top_k) {
  return {.kind = "cam",
          .stage = 4,
          .normalisation = "minmax",
          .size = size,
          .labels = std::nullopt,
          .top_k = top_k,
          .min_probability = 0};
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
  EXPECT_EQ(result.score_maps.sizes(), at::IntArrayRef({6, 32, 32}));
  EXPECT_EQ(result.score_maps.scalar_type(), at::kDouble);
  EXPECT_EQ(result.score_maps.min().item<double>(), 0);
  EXPECT_EQ(result.score_maps.max().item<double>(), 1);
  EXPECT_TRUE(at::equal(result.classes.view({3, 2}).select(1, 0), result.logits.argmax(1).to(at::kInt)));
}

TEST(Infer, DrawsMapsOfTheClassesAskedFor) {
  const auto network = small_network();
  ScoreMapSettings settings = maps_of(0, 0);
  settings.labels = at::tensor({0, 1, 2, 3, 3, 0}, at::kLong).view({3, 2});
  const Inference result = infer(*network, some_images(), Precision::kFloat32, settings);
  EXPECT_EQ(result.score_maps.sizes(), at::IntArrayRef({6, 4, 3}));
  EXPECT_TRUE(at::equal(result.classes.to(at::kLong), settings.labels->flatten()));
  const at::Tensor features = network
                                  ->forward(normalise_images(some_images(), PixelConstants(test::imagenet_pixels())),
                                            {.mode = Mode::kEvaluation})
                                  .feature_map.detach()
                                  .to(at::kDouble);
  const at::Tensor weight = network->parameters()[network->parameters().size() - 2].tensor.detach().to(at::kDouble);
  const at::Tensor raw = (features[1] * weight[3].view({-1, 1, 1})).mean(0);
  const at::Tensor expected = (raw - raw.min()) / (raw.max() - raw.min());
  EXPECT_TRUE(at::allclose(result.score_maps[3], expected, 0, 1e-4));
}

TEST(Infer, GivesTheRawMapsThatTheScoreMapsWereResizedAndNormalisedFrom) {
  const auto network = small_network();
  for (const char* kind : {"cam", "grad-cam"}) {
    for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
      ScoreMapSettings settings = maps_of(32, 2);
      settings.kind = kind;
      const Inference result = infer(*network, some_images(), precision, settings);
      EXPECT_EQ(result.raw_maps.sizes(), at::IntArrayRef({6, 4, 3}));
      EXPECT_EQ(result.raw_maps.scalar_type(), at::kFloat);
      EXPECT_TRUE(result.raw_maps.is_contiguous());
      EXPECT_FALSE(result.raw_maps.requires_grad());
      const at::Tensor resized =
          at::upsample_bicubic2d(result.raw_maps.to(at::kDouble).unsqueeze(1), {32, 32}, false).squeeze(1);
      const at::Tensor from_least = resized - resized.amin({1, 2}, true);
      const at::Tensor largest = from_least.amax({1, 2}, true);
      // Of images in which a class has no positive map, Grad-CAM draws nothing.
      const at::Tensor expected = at::where(largest > 0, from_least / largest, 0.0);
      EXPECT_TRUE(at::allclose(result.score_maps, expected, 0, 1e-12)) << kind;
    }
  }
  EXPECT_FALSE(infer(*network, some_images(), Precision::kFloat32, std::nullopt).raw_maps.defined());
}

TEST(Infer, DrawsAsManyMapsOfEachImageAsItHasClasses) {
  const auto network = small_network();
  for (const char* kind : {"cam", "grad-cam"}) {
    ScoreMapSettings all = maps_of(16, 0);
    all.kind = kind;
    all.labels = at::arange(kClasses).repeat({3, 1});
    const Inference every = infer(*network, some_images(), Precision::kFloat32, all);
    ScoreMapSettings some = all;
    some.labels = at::tensor(std::vector<int64_t>{3, kNoClass, kNoClass, 0, 2, 3, 1, 0, kNoClass}).view({3, 3});
    const Inference result = infer(*network, some_images(), Precision::kFloat32, some);
    EXPECT_TRUE(at::equal(result.offsets, at::tensor({0, 1, 4, 6}, at::kInt)));
    EXPECT_TRUE(at::equal(result.classes, at::tensor({3, 0, 2, 3, 1, 0}, at::kInt)));
    const at::Tensor positions = at::tensor({3, 4, 6, 7, 9, 8}, at::kLong);
    EXPECT_TRUE(at::allclose(result.score_maps, every.score_maps.index_select(0, positions), 0, 1e-6)) << kind;
    EXPECT_TRUE(at::allclose(result.raw_maps, every.raw_maps.index_select(0, positions), 0, 1e-6)) << kind;
  }
}

TEST(Infer, DrawsMapsOfAllClassesThatAreProbableEnoughAndOfTheMostProbableOne) {
  for (const char* multi_label : {"softmax", "bce"}) {
    NetworkSpec spec = small_network()->spec();
    spec.multi_label = multi_label;
    const auto network = make_network(spec, 1, c10::Device(c10::kCPU));
    const at::Tensor p = infer(*network, some_images(), Precision::kFloat32, std::nullopt).probabilities;
    for (const double least : {0.0, p.median().item<double>(), p.max().item<double>(), 1.0}) {
      ScoreMapSettings settings = maps_of(0, kClasses);
      settings.min_probability = least;
      const Inference result = infer(*network, some_images(), Precision::kFloat32, settings);
      for (int64_t image = 0; image < 3; ++image) {
        const int64_t begin = result.offsets[image].item<int64_t>(), end = result.offsets[image + 1].item<int64_t>();
        EXPECT_EQ(end - begin, std::max<int64_t>(1, p[image].ge(least).sum().item<int64_t>()));
        const at::Tensor order = p[image].argsort(0, true).to(at::kInt);
        EXPECT_TRUE(at::equal(result.classes.slice(0, begin, end), order.slice(0, 0, end - begin)));
      }
      EXPECT_EQ(result.score_maps.size(0), result.classes.size(0));
    }
  }
}

TEST(Infer, ReadsProbabilitiesAsASigmoidOfEachClassUnderBce) {
  NetworkSpec spec = small_network()->spec();
  spec.multi_label = "bce";
  const auto network = make_network(spec, 1, c10::Device(c10::kCPU));
  const Inference result = infer(*network, some_images(), Precision::kFloat32, std::nullopt);
  const at::Tensor p = result.logits.to(at::kDouble).sigmoid();
  EXPECT_TRUE(at::allclose(result.probabilities, p, 0, 1e-14));
  EXPECT_TRUE(at::allclose(result.entropy, -(p * p.log() + (1 - p) * (1 - p).log()).mean(1), 0, 1e-12));
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
  settings.labels = at::tensor(std::vector<int64_t>{0, 1, kNoClass, 1, 2, 3}).view({3, 2});
  EXPECT_EQ(refused(some_images(), settings), "labels");
  settings = maps_of(0, 1);
  for (const double least : {-0.1, 1.1, static_cast<double>(NAN)}) {
    settings.min_probability = least;
    EXPECT_EQ(refused(some_images(), settings), "minProbability");
  }
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
