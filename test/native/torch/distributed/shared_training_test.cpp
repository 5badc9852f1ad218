#include "native/torch/distributed/shared_training.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <map>
#include <mutex>
#include <optional>

#include "native/torch/errors.h"
#include "native/torch/kernels/batch_norm/batch_norm.h"
#include "native/torch/train/trainer.h"
#include "torch/distributed/processes.h"
#include "torch/golden.h"
#include "torch/json.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

constexpr int64_t kImages = 16, kCrop = 64, kClasses = 11;

struct Setting {
  const char* backbone;
  const char* reduction;
  bool sync_batch_norm;
};

TrainerSettings settings_of(const Setting& setting) {
  return {.loss = {.regularizer = "entropy", .lambda = 0.01, .reduction = setting.reduction, .multi_label = "softmax"},
          .method = test::method_named("none"),
          .optim = {.sgd = {.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4}, .classifier_lr_multiplier = 1},
          .data = {.crop_size = kCrop, .flip = 0.5},
          .seed = 5,
          .share = kWholeBatch,
          .precision = Precision::kFloat32,
          .distributed = {.sync_batch_norm = setting.sync_batch_norm}};
}

std::shared_ptr<Network> network_of(const char* backbone, uint64_t seed) {
  return make_network(test::golden_spec(backbone, /*last_stride=*/1), seed, c10::Device(c10::kCPU));
}

at::Tensor images_of(int64_t step) {
  return at::randint(0, 256, {kImages, 72, 72, 3}, at::detail::createCPUGenerator(step + 2), at::kByte);
}

Targets targets_of(int64_t step, const Share& share) {
  const at::Tensor labels = at::randint(0, kClasses, {kImages}, at::detail::createCPUGenerator(step + 50), at::kLong);
  return {.labels = rows_of(labels, share), .distributions = {}, .present = {}};
}

StepResult step_of(Trainer& trainer, int64_t step, const Share& share) {
  return trainer.step(rows_of(images_of(step), share), targets_of(step, share), 0.001, step);
}

class TwoProcesses : public testing::TestWithParam<Setting> {};

/// Of a gradient, as a part of it: float32 rounding decides whether some values are above 0.
constexpr double kRounding = 2e-2;

TEST_P(TwoProcesses, FindWhatOneFindsOfTheWholeBatch) {
  Trainer alone(network_of(GetParam().backbone, 1), settings_of(GetParam()));
  const StepResult expected = step_of(alone, 0, kWholeBatch);
  // After one step the momentum is the gradient.
  const auto gradients = alone.export_momentum();

  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& group) {
    const std::shared_ptr<ProcessGroup> processes = std::move(group);
    TrainerSettings settings = settings_of(GetParam());
    settings.share = processes->share();
    // Of another seed: the second process takes the weights of the first.
    Trainer trainer(network_of(GetParam().backbone, 1 + settings.share.rank), settings, processes);
    trainer.share_state(true);
    const StepResult result = step_of(trainer, 0, settings.share);
    EXPECT_NEAR(result.loss, expected.loss, 1e-5);
    EXPECT_NEAR(result.entropy, expected.entropy, 1e-5);
    EXPECT_EQ(result.correct, expected.correct);
    EXPECT_FALSE(result.stops);
    const auto found = trainer.export_momentum();
    for (size_t index = 0; index < gradients.size(); ++index) {
      const at::Tensor wanted = gradients[index].tensor.to(at::kDouble), got = found[index].tensor.to(at::kDouble);
      EXPECT_LT(((got - wanted).norm() / wanted.norm()).item<double>(), kRounding) << gradients[index].name;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(OfTheSameBatchNorm, TwoProcesses,
                         testing::Values(Setting{"resnet18", "mean", true}, Setting{"resnet18", "sum", true},
                                         Setting{"preresnet18", "class-sum", true},
                                         Setting{"seresnet50", "mean", true}));

/// The losses of 50 steps in float64, of a network by the rule, over the images of the fixture.
std::vector<double> losses_in_float64(const std::shared_ptr<ProcessGroup>& processes, bool sync_batch_norm) {
  constexpr int64_t kBatch = 8, kSide = 32, kSteps = 50;
  const Share share = processes == nullptr ? kWholeBatch : processes->share();
  const auto network = make_network(test::golden_spec("resnet18", /*last_stride=*/1), 0, c10::Device(c10::kCPU));
  test::fill_by_rule(*network);
  test::convert(*network, at::kDouble, at::MemoryFormat::ChannelsLast);
  std::vector<at::Tensor> parameters;
  for (const StateEntry& entry : network->parameters()) parameters.push_back(entry.tensor);
  Sgd optimizer(parameters, {.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4});
  std::optional<SharedTraining> shared;
  if (processes != nullptr)
    shared.emplace(processes, parameters, DistributedSettings{.sync_batch_norm = sync_batch_norm});
  std::vector<double> losses;
  for (int64_t step = 0; step < kSteps; ++step) {
    const auto name = "images " + std::to_string(step);
    const at::Tensor pixels = test::golden_values(name, {kBatch, kSide, kSide, 3}).mul(256).floor().div(255);
    const at::Tensor mean = at::tensor({0.485, 0.456, 0.406}, at::kDouble),
                     deviation = at::tensor({0.229, 0.224, 0.225}, at::kDouble);
    const at::Tensor images = rows_of(pixels.sub(mean).div(deviation).permute({0, 3, 1, 2}), share);
    const at::Tensor labels = rows_of((at::arange(kBatch, at::kLong) * 5 + 3 * step).remainder(kClasses), share);
    ForwardContext context = {.mode = Mode::kTraining};
    if (shared) {
      shared->before_forward();
      context.shared_statistics = shared->statistics();
    }
    const LossSettings settings = {
        .regularizer = "entropy", .lambda = 0.1, .reduction = "mean", .multi_label = "softmax"};
    const at::Tensor loss = regularized_loss(network->forward(images, context).logits, labels, settings, share).total;
    if (shared) {
      shared->before_backward();
      shared->backward(loss);
    } else {
      loss.backward();
    }
    optimizer.step(0.001);
    const at::Tensor value = loss.detach().clone();
    if (shared) shared->channel().sum(value);
    losses.push_back(value.item<double>() / static_cast<double>(share.world_size));
  }
  return losses;
}

TEST(SharedTrainer, LearnsIn50StepsWhatOneProcessLearns) {
  const std::vector<double> expected = losses_in_float64(nullptr, false);
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& group) {
    const std::vector<double> losses = losses_in_float64(std::move(group), /*sync_batch_norm=*/true);
    for (size_t step = 0; step < expected.size(); ++step) EXPECT_NEAR(losses[step], expected[step], 1e-5) << step;
  });
}

TEST(SharedTrainer, LearnsIn50StepsWhatDistributedDataParallelLearns) {
  const auto file = std::filesystem::path(WSOL_TEST_FOLDER) / "torch/fixtures/ddp.json";
  const std::vector<double> expected = test::Json::read(file)["losses"].flat();
  ASSERT_EQ(expected.size(), 50);
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& group) {
    const std::vector<double> losses = losses_in_float64(std::move(group), /*sync_batch_norm=*/false);
    for (size_t step = 0; step < expected.size(); ++step) EXPECT_NEAR(losses[step], expected[step], 1e-5) << step;
  });
}

/// What a norm makes of a map, of half of it in each of two processes, and of the gradient that comes back.
class SharedNorm : public testing::TestWithParam<std::pair<int64_t, at::ScalarType>> {};

TEST_P(SharedNorm, SeesTheBatchesOfAllProcessesAsOne) {
  const auto [channels, dtype] = GetParam();
  const auto random = [channels = channels, dtype = dtype](uint64_t seed) {
    const at::Tensor map = at::randn({6, channels, 5, 7}, at::detail::createCPUGenerator(seed), at::kFloat);
    return (map + 3).to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
  };
  const auto run = [&, channels = channels](const Share& share, const c10::intrusive_ptr<SharedStatistics>& shared) {
    const auto part = [&](uint64_t seed) {
      return rows_of(random(seed), share).contiguous(at::MemoryFormat::ChannelsLast);
    };
    const at::Tensor input = part(1).requires_grad_();
    const BatchNormTensors norm = {.weight = at::full({channels}, 0.7).requires_grad_(),
                                   .bias = at::full({channels}, 0.2).requires_grad_(),
                                   .running_mean = at::zeros({channels}),
                                   .running_var = at::ones({channels}),
                                   .momentum = 0.1,
                                   .eps = 1e-5,
                                   .shared = shared};
    const AfterNorm nothing;
    const at::Tensor output = is_normalised_here(input, nothing) ? batch_norm_in_training(input, norm, nothing)
                              : shared                           ? shared_batch_norm(input, norm)
                                       : at::batch_norm(input, norm.weight, norm.bias, norm.running_mean,
                                                        norm.running_var, true, 0.1, 1e-5, false);
    output.backward(part(2));
    return std::vector<at::Tensor>{output.detach(),  input.grad(),       norm.running_mean,
                                   norm.running_var, norm.weight.grad(), norm.bias.grad()};
  };
  const auto whole = run(kWholeBatch, {});
  const double tolerance = dtype == at::kFloat ? 1e-4 : 2e-2;
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& group) {
    const std::shared_ptr<ProcessGroup> processes = std::move(group);
    const Share& share = processes->share();
    const SharedTraining training(processes, {at::zeros({1}).requires_grad_()},
                                  DistributedSettings{.sync_batch_norm = true});
    std::vector<at::Tensor> found = run(share, training.statistics());
    for (const size_t of_parameters : {4, 5}) training.channel().sum(found[of_parameters]);
    for (size_t index = 0; index < whole.size(); ++index) {
      const at::Tensor wanted = (index < 2 ? rows_of(whole[index], share) : whole[index]).to(at::kDouble);
      const double difference = (found[index].to(at::kDouble) - wanted).abs().max().item<double>();
      EXPECT_LT(difference, tolerance * wanted.abs().max().item<double>()) << index;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(FusedAndPlain, SharedNorm,
                         testing::Values(std::pair(64, at::kFloat), std::pair(64, at::kBFloat16),
                                         std::pair(24, at::kFloat)));

/// What two processes train together, by rank.
template <typename Run>
void with_two_trainers(Run run) {
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& group) {
    const std::shared_ptr<ProcessGroup> processes = std::move(group);
    TrainerSettings settings = settings_of({"resnet18", "mean", false});
    settings.share = processes->share();
    Trainer trainer(network_of("resnet18", 1), settings, processes);
    run(trainer, settings.share);
  });
}

TEST(SharedTrainer, KeepsWeightsAlikeAndRunningStatisticsApartUntilTheyAreShared) {
  std::map<int64_t, std::vector<NamedTensor>> before, after;
  std::mutex mutex;
  with_two_trainers([&](Trainer& trainer, const Share& share) {
    for (int64_t step = 0; step < 3; ++step) step_of(trainer, step, share);
    const auto apart = export_tensors(trainer.network());
    trainer.share_state(false);
    const std::lock_guard lock(mutex);
    before[share.rank] = apart;
    after[share.rank] = export_tensors(trainer.network());
  });
  bool differs = false;
  for (size_t index = 0; index < before[0].size(); ++index) {
    const bool is_buffer = before[0][index].name.find("running") != std::string::npos;
    const bool is_equal = at::equal(before[0][index].tensor, before[1][index].tensor);
    EXPECT_TRUE(is_equal || is_buffer) << before[0][index].name;
    differs |= !is_equal;
    EXPECT_TRUE(at::equal(after[1][index].tensor, before[0][index].tensor)) << before[0][index].name;
  }
  EXPECT_TRUE(differs);
}

TEST(SharedTrainer, StopsAllAlikeWhereOneLossIsNotFinite) {
  with_two_trainers([&](Trainer& trainer, const Share& share) {
    step_of(trainer, 0, share);
    if (share.rank == 1) {
      for (const StateEntry& entry : trainer.network().parameters()) {
        if (entry.name == "fc.bias") entry.tensor.detach().fill_(std::numeric_limits<float>::infinity());
      }
    }
    const auto weights = export_tensors(trainer.network());
    EXPECT_THROW(step_of(trainer, 1, share), NonFiniteLoss) << share.rank;
    const auto kept = export_tensors(trainer.network());
    for (size_t index = 0; index < weights.size(); ++index) {
      EXPECT_TRUE(at::equal(kept[index].tensor, weights[index].tensor)) << weights[index].name;
    }
  });
}

TEST(SharedTrainer, TellsAllThatOneAskedToStop) {
  with_two_trainers([&](Trainer& trainer, const Share& share) {
    EXPECT_FALSE(step_of(trainer, 0, share).stops);
    const bool asks = share.rank == 1;
    EXPECT_TRUE(trainer.step(rows_of(images_of(1), share), targets_of(1, share), 0.001, 1, asks).stops);
  });
}

TEST(SharedTrainer, GoesOnWithTheMomentumOfTheFirst) {
  const auto trained = network_of("resnet18", 1);
  Trainer first(trained, settings_of({"resnet18", "mean", false}));
  step_of(first, 0, kWholeBatch);
  with_two_trainers([&](Trainer& trainer, const Share& share) {
    if (share.rank == 0) trainer.import_momentum(first.export_momentum());
    trainer.share_state(true);
    const auto momentum = trainer.export_momentum(), expected = first.export_momentum();
    ASSERT_EQ(momentum.size(), expected.size());
    for (size_t index = 0; index < expected.size(); ++index) {
      EXPECT_TRUE(at::equal(momentum[index].tensor, expected[index].tensor)) << expected[index].name;
    }
  });
}

TEST(SharedTrainer, EndsTheStepWhereTheOtherIsGone) {
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& group) {
    const std::shared_ptr<ProcessGroup> processes = std::move(group);
    TrainerSettings settings = settings_of({"resnet18", "mean", false});
    settings.share = processes->share();
    Trainer trainer(network_of("resnet18", 1), settings, processes);
    step_of(trainer, 0, settings.share);
    if (settings.share.rank == 1) return;
    EXPECT_THROW(step_of(trainer, 1, settings.share), LostProcess);
  });
}

}  // namespace

}  // namespace wsol
