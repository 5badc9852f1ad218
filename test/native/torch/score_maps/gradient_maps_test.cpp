#include "native/torch/score_maps/gradient_maps.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "native/metrics/table.h"
#include "native/torch/score_maps/cam.h"
#include "torch/golden.h"

namespace wsol {

namespace {

std::vector<const char*> gradient_kinds() {
  std::vector<const char*> names;
  for (const ScoreMapKind& kind : score_map_kinds()) {
    if (kind.takes_any_stage) names.push_back(kind.name);
  }
  return names;
}

/// Made once: filling millions of values takes longer than all passes.
Network& filled_network(const std::string& backbone, at::ScalarType dtype) {
  static std::map<std::pair<std::string, at::ScalarType>, std::shared_ptr<Network>> made;
  std::shared_ptr<Network>& network = made[{backbone, dtype}];
  if (!network) {
    network = make_network(test::golden_spec(backbone, 1), 0, c10::Device(c10::kCPU));
    test::fill_by_rule(*network);
    test::convert(*network, dtype, at::MemoryFormat::ChannelsLast);
  }
  return *network;
}

class GradientMaps : public testing::TestWithParam<std::string> {
 protected:
  /// Raw maps of classes for both images of the golden input.
  at::Tensor draw(const std::string& kind, int64_t stage, at::ScalarType dtype, const at::Tensor& classes) const {
    Network& network = filled_network(GetParam(), dtype);
    const at::Tensor images = test::golden_fill("input", {2, 3, 64, 64}).to(dtype);
    const RawScoreMaps drawn = find_by_name(score_map_kinds(), kind)
                                   ->draw({.network = network,
                                           .images = images,
                                           .precision = Precision::kFloat32,
                                           .stage = stage,
                                           .choose_classes = [&](const at::Tensor&) { return classes; }});
    for (const StateEntry& entry : network.parameters()) EXPECT_FALSE(entry.tensor.grad().defined()) << entry.name;
    return drawn.maps;
  }
};

TEST_P(GradientMaps, AreTheReferencesAtEveryStageInBothPrecisions) {
  const test::Json& expected = test::golden_methods()["score_maps"][GetParam()];
  const at::Tensor classes = at::full({2, 1}, static_cast<int64_t>(expected["class"].number()), at::kLong);
  for (const char* kind : gradient_kinds()) {
    for (int64_t stage = 1; stage <= kNumStages; ++stage) {
      const test::Json& map = expected["stage" + std::to_string(stage)][kind];
      for (const auto& [dtype, tolerance] : {std::pair(at::kDouble, 1e-6), std::pair(at::kFloat, 1e-3)}) {
        const at::Tensor drawn = draw(kind, stage, dtype, classes)[0][0].to(at::kDouble);
        const double within = tolerance * map["max"].number();
        const std::vector<double> shape = map["shape"].flat();
        ASSERT_EQ(drawn.sizes(), at::IntArrayRef({static_cast<int64_t>(shape[0]), static_cast<int64_t>(shape[1])}));
        EXPECT_NEAR(drawn.mean().item<double>(), map["mean"].number(), within) << kind << stage;
        EXPECT_NEAR(drawn.max().item<double>(), map["max"].number(), within) << kind << stage;
        EXPECT_NEAR(drawn.norm().item<double>(), map["norm"].number(), within * std::sqrt(drawn.numel()))
            << kind << stage;
        if (map["values"].items().empty()) continue;
        const at::Tensor values = test::as_tensor(map["values"], drawn.sizes());
        // Single values of a deep stage are further off in float32 on a processor without AVX-512.
        const double factor = dtype == at::kFloat ? 10 : 1;
        EXPECT_LE((drawn - values).abs().max().item<double>(), factor * within) << kind << stage;
      }
    }
  }
}

TEST_P(GradientMaps, OfTheLastStageByGradCamAreTheReluOfCamUpToScale) {
  const at::Tensor classes = at::tensor({0, 5, 10, 3}, at::kLong).view({2, 2});
  const at::Tensor cam = draw("cam", kNumStages, at::kDouble, classes).relu();
  const at::Tensor grad_cam = draw("grad-cam", kNumStages, at::kDouble, classes);
  ASSERT_EQ(grad_cam.sizes(), cam.sizes());
  const auto scaled = [](const at::Tensor& maps) { return maps / maps.amax({2, 3}, true).clamp_min(1e-300); };
  EXPECT_TRUE(at::allclose(scaled(grad_cam), scaled(cam), 0, 1e-9));
}

TEST_P(GradientMaps, OfSeveralClassesAreThoseOfEachAlone) {
  const at::Tensor pair = at::tensor({4, 7, 2, 2}, at::kLong).view({2, 2});
  for (const char* kind : gradient_kinds()) {
    const at::Tensor both = draw(kind, 3, at::kDouble, pair);
    for (int64_t rank = 0; rank < 2; ++rank) {
      const at::Tensor alone = draw(kind, 3, at::kDouble, pair.narrow(1, rank, 1));
      EXPECT_TRUE(at::allclose(both.narrow(1, rank, 1), alone, 1e-12, 1e-15)) << kind;
    }
  }
}

TEST_P(GradientMaps, LeaveTheGradientModeAsItWas) {
  const at::Tensor classes = at::zeros({2, 1}, at::kLong);
  for (const bool enabled : {true, false}) {
    const at::AutoGradMode mode(enabled);
    EXPECT_FALSE(draw("grad-cam", 2, at::kFloat, classes).requires_grad());
    EXPECT_EQ(at::GradMode::is_enabled(), enabled);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, GradientMaps, testing::Values("resnet18", "resnet50", "preresnet18", "seresnet50"),
                         [](const auto& info) { return info.param; });

}  // namespace

}  // namespace wsol
