#include "native/torch/models/network.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <limits>

#include "native/torch/device.h"
#include "native/torch/find_row.h"
#include "native/torch/heads/head.h"
#include "native/torch/losses/regularized_loss.h"
#include "native/torch/models/backbones.h"
#include "torch/golden.h"

namespace wsol {

namespace {

const c10::Device kCpu(c10::kCPU);

class GoldenNetwork : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string key = GetParam();
    expected_ = &test::golden()["networks"][key];
    network_ = make_network(test::golden_spec(key.substr(0, key.find('/')), key.back() - '0'), 0, kCpu);
    test::fill_by_rule(*network_);
  }

  const test::Json* expected_ = nullptr;
  std::shared_ptr<Network> network_;
  const at::Tensor input_ = test::golden_fill("input", {2, 3, 64, 64});
};

TEST_P(GoldenNetwork, HasThePublicCheckpointsTensors) {
  int64_t values = 0;
  for (const StateEntry& entry : network_->parameters()) values += entry.tensor.numel();
  EXPECT_EQ(values, (*expected_)["parameters"].number());
  EXPECT_EQ(network_->state().size(), (*expected_)["state_dict_entries"].number());
  if (!expected_->has("first_entries")) return;
  const auto& first = (*expected_)["first_entries"].items();
  const auto& last = (*expected_)["last_entries"].items();
  for (size_t index = 0; index < first.size(); ++index) EXPECT_EQ(network_->state()[index].name, first[index].text());
  for (size_t index = 0; index < last.size(); ++index) {
    EXPECT_EQ(network_->state()[network_->state().size() - last.size() + index].name, last[index].text());
  }
}

TEST_P(GoldenNetwork, GivesTheReferencesLogitsAndMapsInEvaluation) {
  const at::NoGradGuard no_grad;
  const NetworkOutput output = network_->forward(input_, {.mode = Mode::kEvaluation});
  EXPECT_LT(test::difference_over_range(output.logits, test::as_tensor((*expected_)["eval_logits"], {2, 11})), 1e-4);
  const std::vector<double> shape = (*expected_)["feature_shape"].flat();
  ASSERT_EQ(output.feature_map.dim(), 4);
  for (int64_t axis = 0; axis < 4; ++axis) EXPECT_EQ(output.feature_map.size(axis), shape[axis]);
  const at::Tensor features = output.feature_map.to(at::kDouble);
  const double deviation = (*expected_)["feature_std"].number();
  EXPECT_NEAR(features.mean().item<double>(), (*expected_)["feature_mean"].number(), 1e-4 * deviation);
  EXPECT_NEAR(features.std().item<double>(), deviation, 1e-4 * deviation);
  const at::Tensor map = network_->head().class_maps(output.feature_map, at::full({2, 1}, 3, at::kLong));
  const at::Tensor expected_map = test::as_tensor((*expected_)["cam_class3_image0"], {output.feature_map.size(2), -1});
  EXPECT_LT(test::difference_over_range(map[0][0], expected_map), 1e-4);
}

/// The loss of a training step on the golden input, whose gradients the network then has.
double train_once(Network& network, const at::Tensor& input) {
  const NetworkOutput output = network.forward(input, {.mode = Mode::kTraining});
  const LossValue loss =
      regularized_loss(output.logits, at::tensor({3, 7}, at::kLong),
                       {.regularizer = "entropy", .lambda = 0.1, .reduction = "mean", .multi_label = "softmax"});
  loss.total.backward();
  return loss.total.item<double>();
}

double norm_of(const StateEntry& entry) { return entry.tensor.grad().norm().item<double>(); }

TEST_P(GoldenNetwork, GivesPyTorchsLossAndEveryGradientInFloat64) {
  test::convert(*network_, at::kDouble, at::MemoryFormat::Contiguous);
  const test::Json& exact = test::float64_gradients()[GetParam()];
  const double loss = exact["loss"].number();
  EXPECT_NEAR(train_once(*network_, input_.to(at::kDouble)), loss, 1e-9 * loss);
  const std::vector<StateEntry> parameters = network_->parameters();
  EXPECT_EQ(parameters.size(), exact["norms"].members().size());
  for (const StateEntry& entry : parameters) {
    const double norm = exact["norms"][entry.name].number();
    EXPECT_NEAR(norm_of(entry), norm, 1e-6 * norm + 1e-12) << entry.name;
  }
}

TEST_P(GoldenNetwork, GivesTheReferencesLossAndGradientsInTraining) {
  // Rounding alone moves the deep networks' gradients here by up to 8 %, so this runs in the reference's memory layout
  // and thread count. Another processor rounds differently once more: by as much as the reference itself is off.
  test::convert(*network_, at::kFloat, at::MemoryFormat::Contiguous);
  use_threads(2);
  const double loss = train_once(*network_, input_);
  const double expected_loss = (*expected_)["train_loss_lambda_0.1"].number();
  EXPECT_NEAR(loss, expected_loss, 1e-3 * expected_loss);
  const test::Json& exact = test::float64_gradients()[GetParam()]["norms"];
  const auto tolerance = [](double expected, double exact) { return 2e-2 * expected + 2 * std::abs(expected - exact); };
  size_t named = 0;
  double total = 0, exact_total = 0;
  for (const StateEntry& entry : network_->parameters()) {
    const double norm = norm_of(entry), exact_norm = exact[entry.name].number();
    total = std::hypot(total, norm);
    exact_total = std::hypot(exact_total, exact_norm);
    if (!(*expected_)["grad_norms"].has(entry.name)) continue;
    const double expected_norm = (*expected_)["grad_norms"][entry.name].number();
    EXPECT_NEAR(norm, expected_norm, tolerance(expected_norm, exact_norm)) << entry.name;
    ++named;
  }
  EXPECT_EQ(named, (*expected_)["grad_norms"].members().size());
  const double expected_total = (*expected_)["grad_norm_total"].number();
  EXPECT_NEAR(total, expected_total, tolerance(expected_total, exact_total));
}

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& [name, value] : test::golden()["networks"].members()) names.push_back(name);
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::erase_if(name, [](char letter) { return !std::isalnum(static_cast<unsigned char>(letter)); });
  return name;
}

INSTANTIATE_TEST_SUITE_P(Networks, GoldenNetwork, testing::ValuesIn(golden_names()), test_name);

const StateEntry& entry_of(const Network& network, const std::string& name) {
  for (const StateEntry& entry : network.state()) {
    if (entry.name == name) return entry;
  }
  throw std::runtime_error("no tensor " + name);
}

TEST(Network, GivesTheSameGradientsInBothMemoryLayouts) {
  const auto gradients = [](const std::string& backbone, at::MemoryFormat layout) {
    const auto network = make_network(test::golden_spec(backbone, 1), 0, kCpu);
    test::fill_by_rule(*network);
    // In double, because rounding would hide a small mistake.
    test::convert(*network, at::kDouble, layout);
    const at::Tensor images = test::golden_fill("input", {2, 3, 32, 32}).to(at::kDouble).contiguous(layout);
    const at::Tensor logits = network->forward(images, {.mode = Mode::kTraining}).logits;
    regularized_loss(logits, at::tensor({3, 7}, at::kLong),
                     {.regularizer = "none", .lambda = 0, .reduction = "mean", .multi_label = "softmax"})
        .total.backward();
    std::vector<at::Tensor> all;
    for (const StateEntry& entry : network->parameters()) all.push_back(entry.tensor.grad().flatten());
    return at::cat(all);
  };
  for (const char* backbone : {"preresnet18", "seresnet50"}) {
    const at::Tensor contiguous = gradients(backbone, at::MemoryFormat::Contiguous);
    const at::Tensor channels_last = gradients(backbone, at::MemoryFormat::ChannelsLast);
    EXPECT_LT(((channels_last - contiguous).norm() / contiguous.norm()).item<double>(), 1e-6) << backbone;
  }
}

TEST(Network, TheSameSeedGivesTheSameWeightsAndAnotherOthers) {
  const auto first = make_network(test::golden_spec("preresnet18", 1), 7, kCpu);
  const auto again = make_network(test::golden_spec("preresnet18", 1), 7, kCpu);
  const auto other = make_network(test::golden_spec("preresnet18", 1), 8, kCpu);
  for (size_t index = 0; index < first->state().size(); ++index) {
    EXPECT_TRUE(at::equal(first->state()[index].tensor, again->state()[index].tensor));
  }
  EXPECT_FALSE(at::equal(first->state()[0].tensor, other->state()[0].tensor));
}

TEST(Network, SeedingLeavesTheGlobalGeneratorAlone) {
  at::manual_seed(3);
  const at::Tensor expected = at::rand({4});
  at::manual_seed(3);
  make_network(test::golden_spec("resnet18", 1), 7, kCpu);
  EXPECT_TRUE(at::equal(at::rand({4}), expected));
}

TEST(Network, ConvolutionsStartWithTheDeviationOfFanOut) {
  const auto network = make_network(test::golden_spec("resnet18", 1), 1, kCpu);
  const at::Tensor weight = entry_of(*network, "layer2.0.conv2.weight").tensor;
  EXPECT_NEAR(weight.std().item<double>(), std::sqrt(2.0 / (128 * 9)), 1e-3);
  const at::Tensor classifier = entry_of(*network, "fc.weight").tensor;
  EXPECT_LE(classifier.abs().max().item<double>(), 1 / std::sqrt(512.0));
  EXPECT_TRUE(weight.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Network, TheActivatedStemHasANormAndItsFirstBlockNone) {
  NetworkSpec spec = test::golden_spec("preresnet18", 1);
  spec.stem = "activated";
  const auto network = make_network(spec, 0, kCpu);
  const auto plain = make_network(test::golden_spec("preresnet18", 1), 0, kCpu);
  EXPECT_EQ(network->state()[1].name, "stem.norm.weight");
  EXPECT_THROW(entry_of(*network, "stages.0.blocks.0.norm1.weight"), std::runtime_error);
  EXPECT_EQ(network->state().size(), plain->state().size());
  const at::Tensor images = test::golden_fill("input", {2, 3, 64, 64});
  const at::NoGradGuard no_grad;
  EXPECT_EQ(network->forward(images, {.mode = Mode::kEvaluation}).feature_map.sizes(), at::IntArrayRef({2, 512, 4, 4}));
}

TEST(Network, TheActivatedStemPoolsAfterNormAndReluAndItsShortcutCarriesThat) {
  NetworkSpec spec = test::golden_spec("preresnet18", 1);
  spec.stem = "activated";
  const auto network = make_network(spec, 0, kCpu);
  test::fill_by_rule(*network);
  const at::NoGradGuard no_grad;
  // Without the residual branches the shortcuts alone reach stage 2, whose projection is a 1x1 convolution.
  for (const StateEntry& entry : network->state()) {
    if (entry.name.ends_with("conv2.weight")) at::Tensor(entry.tensor).zero_();
  }
  const at::Tensor images = test::golden_fill("input", {2, 3, 32, 32});
  const auto tensor = [&](const std::string& name) { return entry_of(*network, name).tensor; };
  const auto norm = [&](const at::Tensor& x, const std::string& name) {
    return at::batch_norm(x, tensor(name + ".weight"), tensor(name + ".bias"), tensor(name + ".running_mean"),
                          tensor(name + ".running_var"), false, 0.1, 1e-5, false)
        .relu();
  };
  at::Tensor x = at::conv2d(images, tensor("stem.conv.weight"), {}, 2, 3);
  x = at::max_pool2d(norm(x, "stem.norm"), 3, 2, 1);
  for (int64_t stage = 1; stage < 4; ++stage) {
    const std::string block = "stages." + std::to_string(stage) + ".blocks.0";
    x = at::conv2d(norm(x, block + ".norm1"), tensor(block + ".downsample.conv.weight"), {}, stage == 3 ? 1 : 2);
  }
  const at::Tensor features = network->forward(images, {.mode = Mode::kEvaluation}).feature_map;
  EXPECT_TRUE(at::allclose(features, norm(x, "norm"), 1e-4, 1e-5));
}

TEST(Network, PaddedAsSameItsStridedWindowsBeginWhereTensorFlowsDo) {
  // Where a side is even, SAME pads one pixel less before a strided window than half the kernel: so its windows are
  // every other one of all, from the second on.
  NetworkSpec spec = test::golden_spec("resnet18", 1);
  spec.padding = "same";
  const auto network = make_network(spec, 0, kCpu);
  test::fill_by_rule(*network);
  const at::NoGradGuard no_grad;
  const at::Tensor images = test::golden_fill("input", {2, 3, 32, 32});
  const auto tensor = [&](const std::string& name) { return entry_of(*network, name).tensor; };
  const auto norm = [&](const at::Tensor& x, const std::string& name) {
    return at::batch_norm(x, tensor(name + ".weight"), tensor(name + ".bias"), tensor(name + ".running_mean"),
                          tensor(name + ".running_var"), false, 0.1, 1e-5, false);
  };
  const auto convolved = [&](const at::Tensor& x, const std::string& name, int64_t stride) {
    const at::Tensor weight = tensor(name + ".weight");
    const at::Tensor dense = at::conv2d(x, weight, {}, 1, weight.size(2) / 2);
    const int64_t first = weight.size(2) > 1 ? stride - 1 : 0;
    return dense.slice(2, first, {}, stride).slice(3, first, {}, stride);
  };
  at::Tensor x = norm(convolved(images, "conv1", 2), "bn1").relu();
  x = at::max_pool2d(x, 3, 1, 1).slice(2, 1, {}, 2).slice(3, 1, {}, 2);
  const int64_t strides[] = {1, 2, 2, 1};
  for (int64_t stage = 0; stage < 4; ++stage) {
    for (int64_t block = 0; block < 2; ++block) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(block);
      const int64_t stride = block == 0 ? strides[stage] : 1;
      const bool projects = stage > 0 && block == 0;
      const at::Tensor around =
          projects ? norm(convolved(x, name + ".downsample.0", stride), name + ".downsample.1") : x;
      const at::Tensor hidden = norm(convolved(x, name + ".conv1", stride), name + ".bn1").relu();
      x = (norm(convolved(hidden, name + ".conv2", 1), name + ".bn2") + around).relu();
    }
  }
  const at::Tensor features = network->forward(images, {.mode = Mode::kEvaluation}).feature_map;
  EXPECT_TRUE(at::allclose(features, x, 1e-4, 1e-4));
}

TEST(Network, Layer3StrideOneDoublesTheMapOnceMore) {
  NetworkSpec spec = test::golden_spec("resnet18", 1);
  spec.layer3_stride = 1;
  const at::NoGradGuard no_grad;
  const auto output = make_network(spec, 0, kCpu)->forward(at::zeros({1, 3, 64, 64}), {.mode = Mode::kEvaluation});
  EXPECT_EQ(output.feature_map.sizes(), at::IntArrayRef({1, 512, 8, 8}));
}

TEST(Network, TheClassifierGroupIsTheLinearLayerAndTheLastStage) {
  for (const std::string& backbone : names_of(backbones())) {
    const auto network = make_network(test::golden_spec(backbone, 1), 0, kCpu);
    for (const StateEntry& entry : network->parameters()) {
      const bool expected = entry.name.starts_with("layer4.") || entry.name.starts_with("fc.") ||
                            entry.name.starts_with("stages.3.") || entry.name.starts_with("norm.") ||
                            entry.name.starts_with("head.");
      EXPECT_EQ(entry.role == Role::kClassifier, expected) << backbone << " " << entry.name;
    }
  }
}

TEST(Network, TrainingMovesRunningStatisticsAndEvaluationDoesNot) {
  const auto network = make_network(test::golden_spec("resnet18", 1), 0, kCpu);
  const at::Tensor mean = entry_of(*network, "bn1.running_mean").tensor;
  const at::Tensor count = entry_of(*network, "bn1.num_batches_tracked").tensor;
  const at::NoGradGuard no_grad;
  const at::Tensor images = test::golden_fill("input", {2, 3, 32, 32});
  network->forward(images, {.mode = Mode::kEvaluation});
  EXPECT_EQ(mean.abs().max().item<double>(), 0);
  network->forward(images, {.mode = Mode::kTraining});
  EXPECT_GT(mean.abs().max().item<double>(), 0);
  EXPECT_EQ(count.item<int64_t>(), 1);
}

TEST(Network, TheHookSeesEveryBlockInOrderAndChangesWhatGoesOn) {
  for (const Backbone& backbone : backbones()) {
    const auto network = make_network(test::golden_spec(backbone.name, 1), 0, kCpu);
    const at::NoGradGuard no_grad;
    const at::Tensor images = test::golden_fill("input", {1, 3, 32, 32});
    std::vector<int64_t> blocks_seen(kNumStages, 0);
    at::Tensor last;
    const auto watch = [&](const at::Tensor& features, const Place& place) {
      EXPECT_EQ(place.block, blocks_seen[place.stage - 1]++);
      EXPECT_EQ(place.blocks_of_stage, backbone.blocks_per_stage[place.stage - 1]);
      last = features;
      return features;
    };
    const NetworkOutput seen = network->forward(images, {.mode = Mode::kEvaluation, .hook = watch});
    EXPECT_TRUE(std::equal(blocks_seen.begin(), blocks_seen.end(), backbone.blocks_per_stage.begin()));
    EXPECT_TRUE(at::equal(last, seen.feature_map));
    EXPECT_GE(last.min().item<double>(), 0) << "the last place lies behind the last ReLU";
    EXPECT_TRUE(at::equal(seen.logits, network->forward(images, {.mode = Mode::kEvaluation}).logits));

    const auto erase = [](const at::Tensor& features, const Place& place) {
      return place.stage == kNumStages && place.ends_stage() ? at::zeros_like(features) : features;
    };
    const NetworkOutput erased = network->forward(images, {.mode = Mode::kEvaluation, .hook = erase});
    EXPECT_EQ(erased.feature_map.abs().max().item<double>(), 0);
    EXPECT_FALSE(at::equal(erased.logits, seen.logits));
  }
}

std::string refused_parameter(const NetworkSpec& spec) {
  try {
    make_network(spec, 0, kCpu);
  } catch (const InvalidArgument& error) {
    return error.parameter;
  }
  return "";
}

TEST(Network, RejectsWhatItCannotBuildByName) {
  const NetworkSpec good = test::golden_spec("resnet18", 1);
  NetworkSpec bad = good;
  bad.backbone = "vgg16";
  EXPECT_EQ(refused_parameter(bad), "backbone");
  bad = good;
  bad.stem = "activated";
  EXPECT_EQ(refused_parameter(bad), "stem");
  bad = good;
  bad.num_classes = 1;
  EXPECT_EQ(refused_parameter(bad), "numClasses");
  bad = good;
  bad.last_stride = 3;
  EXPECT_EQ(refused_parameter(bad), "lastStride");
  bad = good;
  bad.head.name = "two";
  EXPECT_EQ(refused_parameter(bad), "head");
  bad = good;
  bad.layer3_stride = 0;
  EXPECT_EQ(refused_parameter(bad), "layer3Stride");
  bad = good;
  bad.padding = "valid";
  EXPECT_EQ(refused_parameter(bad), "padding");
  bad = good;
  bad.pixels.deviation[1] = 0;
  EXPECT_EQ(refused_parameter(bad), "std");
  bad = good;
  bad.pixels.mean[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refused_parameter(bad), "mean");
}

TEST(Network, RejectsABatchWithoutStatistics) {
  const auto network = make_network(test::golden_spec("resnet18", 2), 0, kCpu);
  EXPECT_THROW(network->forward(at::zeros({1, 3, 16, 16}), {.mode = Mode::kTraining}), InvalidArgument);
}

}  // namespace

}  // namespace wsol
