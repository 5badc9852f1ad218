#include "native/torch/train/trainer.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "native/torch/errors.h"
#include "native/torch/image_ops.h"
#include "native/torch/infer.h"
#include "torch/golden.h"
#include "torch/method_named.h"
#include "torch/plain_training.h"

namespace wsol {

namespace {

const c10::Device kCpu(c10::kCPU);

std::shared_ptr<Network> small_network() { return make_network(test::plain_spec("resnet18", 3), 1, kCpu); }

at::Tensor some_images() { return at::randint(0, 256, {4, 40, 36, 3}, at::detail::createCPUGenerator(2), at::kByte); }

at::Tensor some_labels() { return at::tensor({0, 1, 2, 1}, at::kLong); }

Targets some_targets() { return {.labels = some_labels(), .distributions = {}, .present = {}}; }

TEST(Trainer, LearnsABatchByHeart) {
  Trainer trainer(small_network(), test::plain_settings(0));
  const at::Tensor images = some_images().slice(1, 0, 32).slice(2, 0, 32);
  const double before = trainer.step(images, some_targets(), 0.002, 0).loss;
  double loss = before;
  for (int64_t step = 1; step < 15; ++step) loss = trainer.step(images, some_targets(), 0.002, step).loss;
  EXPECT_LT(loss, 0.5 * before);
}

TEST(Trainer, TheSameSeedGivesTheSameWeights) {
  Trainer first(small_network(), test::plain_settings(0.1)), second(small_network(), test::plain_settings(0.1));
  for (int64_t step = 0; step < 2; ++step) {
    first.step(some_images(), some_targets(), 0.01, step);
    second.step(some_images(), some_targets(), 0.01, step);
  }
  test::expect_equal(export_tensors(first.network()), export_tensors(second.network()));
}

TEST(Trainer, ContinuesFromExportedStateAsIfNeverStopped) {
  Trainer whole(small_network(), test::plain_settings(0.1));
  whole.step(some_images(), some_targets(), 0.01, 0);
  const auto weights = export_tensors(whole.network());
  const auto momentum = whole.export_momentum();
  whole.step(some_images(), some_targets(), 0.01, 1);

  Trainer resumed(small_network(), test::plain_settings(0.1));
  import_tensors(resumed.network(), weights);
  resumed.import_momentum(momentum);
  resumed.step(some_images(), some_targets(), 0.01, 1);
  test::expect_equal(export_tensors(resumed.network()), export_tensors(whole.network()));
  test::expect_equal(resumed.export_momentum(), whole.export_momentum());
}

TEST(Trainer, TheEntropyTermRaisesTheMeanEntropyOfThePredictions) {
  const auto entropy_after_step = [](double lambda) {
    const auto network = small_network();
    Trainer trainer(network, test::plain_settings(lambda));
    for (int64_t step = 0; step < 3; ++step) trainer.step(some_images(), some_targets(), 0.02, 0);
    const TrainerSettings settings = test::plain_settings(0);
    Trainer observer(network, settings);
    return observer.forward_backward(some_images(), some_targets(), 0).entropy;
  };
  EXPECT_GT(entropy_after_step(1), entropy_after_step(0));
}

TEST(Trainer, ReportsWhatTheLossFunctionGives) {
  TrainerSettings settings = test::plain_settings(0.5);
  settings.data.flip = 0;
  const auto network = small_network();
  const at::Tensor images = some_images().slice(1, 0, 32).slice(2, 0, 32).contiguous();
  const at::Tensor logits =
      small_network()
          ->forward(normalise_images(images, PixelConstants(test::imagenet_pixels())), {.mode = Mode::kTraining})
          .logits;
  const LossValue expected = regularized_loss(logits, some_labels(), settings.loss);
  const StepResult actual = Trainer(network, settings).forward_backward(images, some_targets(), 0);
  EXPECT_NEAR(actual.loss, expected.total.item<double>(), 1e-5);
  EXPECT_NEAR(actual.cross_entropy, expected.cross_entropy.item<double>(), 1e-5);
  EXPECT_NEAR(actual.entropy, expected.entropy.item<double>(), 1e-5);
  EXPECT_EQ(actual.correct, logits.argmax(1).eq(some_labels()).sum().item<int64_t>());
}

TEST(Trainer, TwoBackwardPassesAddTheirGradients) {
  const auto once = small_network(), twice = small_network();
  Trainer single(once, test::plain_settings(0)), doubled(twice, test::plain_settings(0));
  single.forward_backward(some_images(), some_targets(), 0);
  doubled.forward_backward(some_images(), some_targets(), 0);
  doubled.forward_backward(some_images(), some_targets(), 0);
  const at::Tensor expected = 2 * once->parameters().back().tensor.grad();
  EXPECT_TRUE(at::allclose(twice->parameters().back().tensor.grad(), expected, 1e-5, 1e-7));
}

TEST(Trainer, TheClassifierGroupTakesItsOwnLearningRate) {
  const auto moved = [](double multiplier, const std::string& name) {
    TrainerSettings settings = test::plain_settings(0);
    settings.optim.classifier_lr_multiplier = multiplier;
    const auto network = small_network();
    Trainer trainer(network, settings);
    const auto find = [&] {
      for (const NamedTensor& entry : export_tensors(*network)) {
        if (entry.name == name) return entry.tensor;
      }
      throw std::runtime_error("no tensor " + name);
    };
    const at::Tensor before = find();
    trainer.step(some_images(), some_targets(), 1e-3, 0);
    return (find() - before).norm().item<double>();
  };
  EXPECT_NEAR(moved(10, "fc.weight") / moved(1, "fc.weight"), 10, 0.1);
  EXPECT_NEAR(moved(10, "layer4.1.conv2.weight") / moved(1, "layer4.1.conv2.weight"), 10, 0.1);
  EXPECT_NEAR(moved(10, "layer3.1.conv2.weight") / moved(1, "layer3.1.conv2.weight"), 1, 0.01);
}

TEST(Trainer, ANonFiniteLossLeavesEverythingAsItWas) {
  const auto network = small_network();
  Trainer trainer(network, test::plain_settings(0));
  trainer.step(some_images(), some_targets(), 0.01, 0);
  auto poisoned = export_tensors(*network);
  for (NamedTensor& entry : poisoned) {
    if (entry.name == "fc.weight") entry.tensor.fill_(std::numeric_limits<float>::infinity());
  }
  import_tensors(*network, poisoned);
  const auto momentum = trainer.export_momentum();
  EXPECT_THROW(trainer.step(some_images(), some_targets(), 0.01, 1), NonFiniteLoss);
  test::expect_equal(export_tensors(*network), poisoned);
  test::expect_equal(trainer.export_momentum(), momentum);
  EXPECT_FALSE(network->parameters().front().tensor.grad().defined());
}

TEST(Trainer, AFiniteLossWithNonFiniteGradientsLeavesEverythingAsItWas) {
  // Features of 1e-37 under weights of 3e38: logits of 1e4, but a gradient of twice 3e38 once the images are summed.
  const auto network = small_network();
  Trainer trainer(network, test::plain_settings(0));
  trainer.step(some_images(), some_targets(), 0.01, 0);
  auto huge = export_tensors(*network);
  for (NamedTensor& entry : huge) {
    for (const char* norm : {"layer4.0.bn2", "layer4.0.downsample.1", "layer4.1.bn2"}) {
      if (entry.name == std::string(norm) + ".weight" || entry.name == std::string(norm) + ".bias")
        entry.tensor.zero_();
    }
    if (entry.name == "layer4.1.bn2.bias") entry.tensor.fill_(1e-37f);
    if (entry.name == "fc.weight") entry.tensor.copy_(at::tensor({3e38f, -3e38f, 0.f}).unsqueeze(1));
  }
  import_tensors(*network, huge);
  const auto momentum = trainer.export_momentum();
  try {
    trainer.step(some_images(), {.labels = at::ones({4}, at::kLong), .distributions = {}, .present = {}}, 0.01, 1);
    FAIL() << "the step was taken";
  } catch (const NonFiniteLoss& error) {
    EXPECT_TRUE(std::isfinite(error.loss)) << error.what();
  }
  test::expect_equal(export_tensors(*network), huge);
  test::expect_equal(trainer.export_momentum(), momentum);
  EXPECT_FALSE(network->parameters().front().tensor.grad().defined());
}

TEST(Trainer, AnUpdateWithoutGradientsChangesNothing) {
  const auto network = small_network();
  Trainer trainer(network, test::plain_settings(0));
  trainer.forward_backward(some_images(), some_targets(), 0);
  at::Tensor(network->parameters().back().tensor).mutable_grad() = at::Tensor();
  const auto before = export_tensors(*network);
  EXPECT_THROW(trainer.update(0.1), Error);
  test::expect_equal(export_tensors(*network), before);
  EXPECT_TRUE(trainer.export_momentum().empty());
}

TEST(Trainer, MomentumBuffersDoNotFitATrainerWithoutMomentum) {
  Trainer with(small_network(), test::plain_settings(0));
  with.step(some_images(), some_targets(), 0.01, 0);
  TrainerSettings settings = test::plain_settings(0);
  settings.optim.sgd = {.momentum = 0, .nesterov = false, .weight_decay = 0};
  Trainer without(small_network(), settings);
  EXPECT_THROW(without.import_momentum(with.export_momentum()), TensorMismatch);
  without.import_momentum({});
  without.step(some_images(), some_targets(), 0.01, 0);
  EXPECT_TRUE(without.export_momentum().empty());
}

TEST(Trainer, TrainsAgainstDistributionsAndCountsAgainstLabels) {
  const at::Tensor one_hot = at::zeros({4, 3}).scatter_(1, some_labels().unsqueeze(1), 1.0);
  const auto run = [](const at::Tensor& distributions) {
    const auto network = small_network();
    const Targets targets{.labels = some_labels(), .distributions = distributions, .present = {}};
    return Trainer(network, test::plain_settings(0.1)).forward_backward(some_images(), targets, 0);
  };
  const StepResult hard = run({}), same = run(one_hot), uniform = run(at::full({4, 3}, 1.0 / 3));
  EXPECT_NEAR(same.loss, hard.loss, 1e-6);
  EXPECT_EQ(same.correct, hard.correct);
  EXPECT_EQ(uniform.correct, hard.correct);
  EXPECT_NE(uniform.loss, hard.loss);
}

Targets several(const at::Tensor& present) { return {.labels = {}, .distributions = {}, .present = present}; }

TEST(Trainer, TakesImagesOfSeveralClassesAndCountsWhereTheMostProbableIsAmongThem) {
  const at::Tensor one_hot = at::zeros({4, 3}).scatter_(1, some_labels().unsqueeze(1), 1.0).to(at::kBool);
  for (const char* multi_label : {"softmax", "bce"}) {
    const auto run = [&](const Targets& targets) {
      NetworkSpec spec = small_network()->spec();
      spec.multi_label = multi_label;
      TrainerSettings settings = test::plain_settings(0.1);
      settings.loss.multi_label = multi_label;
      return Trainer(make_network(spec, 1, kCpu), settings).forward_backward(some_images(), targets, 0);
    };
    const StepResult single = run(some_targets()), same = run(several(one_hot));
    EXPECT_NEAR(same.loss, single.loss, 1e-6) << multi_label;
    EXPECT_EQ(same.correct, single.correct);
    EXPECT_EQ(run(several(at::ones({4, 3}, at::kBool))).correct, 4);
    EXPECT_EQ(run(several(one_hot.logical_not())).correct, 4 - single.correct);
  }
}

TEST(Trainer, RejectsWrongPresentClassesAndAnotherLossThanTheNetworks) {
  const auto refused_present = [](const at::Tensor& present, const MethodSettings& method) {
    NetworkSpec spec = small_network()->spec();
    spec.head = head_for(method);
    TrainerSettings settings = test::plain_settings(0);
    settings.method = method;
    Trainer trainer(make_network(spec, 1, kCpu), settings);
    try {
      trainer.step(some_images(), several(present), 0.1, 0);
    } catch (const InvalidArgument& error) {
      return error.parameter;
    }
    return std::string();
  };
  const at::Tensor all = at::ones({4, 3}, at::kBool);
  EXPECT_EQ(refused_present(all, test::method_named("none")), "");
  EXPECT_EQ(refused_present(all.slice(1, 0, 2), test::method_named("none")), "labels");
  EXPECT_EQ(refused_present(all.to(at::kFloat), test::method_named("none")), "labels");
  EXPECT_EQ(refused_present(at::zeros({4, 3}, at::kBool), test::method_named("none")), "labels");
  EXPECT_EQ(refused_present(all, test::method_named("acol")), "labels");
  TrainerSettings settings = test::plain_settings(0);
  settings.loss.multi_label = "bce";
  EXPECT_THROW(Trainer(small_network(), settings), InvalidArgument);
}

TEST(Trainer, TrainsInBfloat16WithFloat32Weights) {
  TrainerSettings settings = test::plain_settings(0.1);
  settings.precision = Precision::kBfloat16;
  const auto network = small_network();
  Trainer trainer(network, settings);
  const StepResult first = trainer.step(some_images(), some_targets(), 0.01, 0);
  const StepResult exact =
      Trainer(small_network(), test::plain_settings(0.1)).forward_backward(some_images(), some_targets(), 0);
  EXPECT_NEAR(first.loss, exact.loss, 0.1);
  for (const StateEntry& entry : network->parameters()) EXPECT_EQ(entry.tensor.scalar_type(), at::kFloat);
}

std::string refused(const std::function<void()>& call) {
  try {
    call();
  } catch (const InvalidArgument& error) {
    return error.parameter;
  }
  return "";
}

TEST(Trainer, RejectsWrongSettingsByName) {
  const auto refused_by = [](auto change) {
    TrainerSettings settings = test::plain_settings(0);
    change(settings);
    return refused([&] { Trainer(small_network(), settings); });
  };
  EXPECT_EQ(refused_by([](TrainerSettings& s) { s.data.crop_size = 0; }), "cropSize");
  EXPECT_EQ(refused_by([](TrainerSettings& s) { s.data.flip = 1.5; }), "flip");
  EXPECT_EQ(refused_by([](TrainerSettings& s) { s.optim.classifier_lr_multiplier = 0; }), "classifierLrMultiplier");
  EXPECT_EQ(refused_by([](TrainerSettings& s) { s.loss.lambda = -1; }), "lambda");
  EXPECT_EQ(refused_by([](TrainerSettings& s) { s.method.name = "magic"; }), "method");
  EXPECT_EQ(refused_by([](TrainerSettings& s) { s.optim.sgd.momentum = NAN; }), "momentum");
}

TEST(Trainer, RejectsWrongBatchesAndLeavesTheNetwork) {
  const auto network = small_network();
  Trainer trainer(network, test::plain_settings(0));
  const auto before = export_tensors(*network);
  const auto step = [&](const at::Tensor& images, const at::Tensor& labels, double learning_rate) {
    return refused(
        [&] { trainer.step(images, {.labels = labels, .distributions = {}, .present = {}}, learning_rate, 0); });
  };
  EXPECT_EQ(step(some_images().to(at::kFloat), some_labels(), 0.1), "batch");
  EXPECT_EQ(step(some_images().slice(0, 0, 0), some_labels().slice(0, 0, 0), 0.1), "batch");
  EXPECT_EQ(step(some_images(), some_labels().slice(0, 0, 3), 0.1), "labels");
  EXPECT_EQ(step(some_images(), some_labels() + 1, 0.1), "labels");
  EXPECT_EQ(step(some_images().slice(1, 0, 31), some_labels(), 0.1), "cropSize");
  EXPECT_EQ(step(some_images(), some_labels(), NAN), "learningRate");
  const auto soft = [&](const at::Tensor& distributions) {
    const Targets targets{.labels = some_labels(), .distributions = distributions, .present = {}};
    return refused([&] { trainer.step(some_images(), targets, 0.1, 0); });
  };
  EXPECT_EQ(soft(at::ones({4, 3})), "distributions");
  EXPECT_EQ(soft(at::full({4, 3}, NAN)), "distributions");
  EXPECT_EQ(soft(at::ones({3, 3}) / 3), "distributions");
  EXPECT_EQ(soft(at::tensor({1.5f, -0.5f, 0.f}).repeat({4, 1})), "distributions");
  test::expect_equal(export_tensors(*network), before);
}

TEST(Trainer, RejectsForeignMomentumAndKeepsItsOwn) {
  Trainer trainer(small_network(), test::plain_settings(0));
  trainer.step(some_images(), some_targets(), 0.01, 0);
  const auto momentum = trainer.export_momentum();
  auto foreign = momentum;
  foreign.pop_back();
  EXPECT_THROW(trainer.import_momentum(foreign), TensorMismatch);
  test::expect_equal(trainer.export_momentum(), momentum);
  trainer.import_momentum({});
  EXPECT_TRUE(trainer.export_momentum().empty());
}

}  // namespace

}  // namespace wsol
