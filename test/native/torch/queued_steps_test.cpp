#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <limits>

#include "native/torch/errors.h"
#include "native/torch/train/trainer.h"
#include "torch/golden.h"
#include "torch/plain_training.h"

namespace wsol {

namespace {

/// What a GPU's steps do, on the CPU.
TrainerSettings settings_of(bool reads_late) {
  TrainerSettings settings = test::plain_settings(0.1);
  settings.reads_late = reads_late;
  return settings;
}

class QueuedSteps : public testing::Test {
 protected:
  std::optional<StepResult> queue(int64_t step) { return late_.queue_step(images_, targets_, 0.01, step); }

  /// Makes every loss infinite.
  void poison() {
    for (const StateEntry& entry : network_->state()) {
      if (entry.name == "fc.weight") entry.tensor.detach().fill_(std::numeric_limits<float>::infinity());
    }
  }

  std::shared_ptr<Network> make() { return make_network(test::plain_spec("resnet18", 3), 1, c10::Device(c10::kCPU)); }

  const at::Tensor images_ = at::randint(0, 256, {4, 40, 36, 3}, at::detail::createCPUGenerator(2), at::kByte);
  const Targets targets_ = {.labels = at::tensor({0, 1, 2, 1}, at::kLong), .distributions = {}, .present = {}};
  std::shared_ptr<Network> network_ = make();
  Trainer late_{network_, settings_of(true)};
};

TEST_F(QueuedSteps, ComeToTheSameAsStepsThatAreReadAtOnce) {
  const std::shared_ptr<Network> network = make();
  Trainer at_once(network, settings_of(false));
  std::vector<StepResult> expected, found;
  for (int64_t step = 0; step < 4; ++step) {
    expected.push_back(*at_once.queue_step(images_, targets_, 0.01, step));
    const std::optional<StepResult> before = queue(step);
    EXPECT_EQ(before.has_value(), step > 0);
    if (before) found.push_back(*before);
  }
  found.push_back(*late_.finish());
  EXPECT_FALSE(late_.finish());
  EXPECT_FALSE(at_once.finish());
  for (size_t step = 0; step < expected.size(); ++step) {
    EXPECT_EQ(found[step].step, static_cast<int64_t>(step));
    EXPECT_EQ(found[step].step, expected[step].step);
    EXPECT_EQ(found[step].loss, expected[step].loss);
    EXPECT_EQ(found[step].cross_entropy, expected[step].cross_entropy);
    EXPECT_EQ(found[step].entropy, expected[step].entropy);
    EXPECT_EQ(found[step].correct, expected[step].correct);
  }
  test::expect_equal(export_tensors(*network), export_tensors(*network_));
  test::expect_equal(at_once.export_momentum(), late_.export_momentum());
}

TEST_F(QueuedSteps, AreUndoneFromTheOneOnThatIsNotFinite) {
  queue(0);
  late_.finish();
  const std::vector<NamedTensor> good = export_tensors(*network_);
  poison();
  const std::vector<NamedTensor> before = export_tensors(*network_), momentum = late_.export_momentum();
  for (const bool is_followed : {true, false}) {
    EXPECT_FALSE(queue(1));
    try {
      if (is_followed)
        queue(2);
      else
        late_.finish();
      FAIL() << "an infinite loss was taken";
    } catch (const NonFiniteLoss& error) {
      EXPECT_EQ(error.step, 1);
    }
    test::expect_equal(before, export_tensors(*network_));
    test::expect_equal(momentum, late_.export_momentum());
    EXPECT_FALSE(late_.finish());
  }
  import_tensors(*network_, good);
  EXPECT_FALSE(queue(1));
  EXPECT_EQ(late_.finish()->step, 1);
  EXPECT_FALSE(at::equal(export_tensors(*network_).front().tensor, good.front().tensor));
}

TEST_F(QueuedSteps, LeaveNoMomentumOfAFirstOneThatIsNotFinite) {
  poison();
  queue(0);
  EXPECT_THROW(queue(1), NonFiniteLoss);
  EXPECT_TRUE(late_.export_momentum().empty());
}

TEST_F(QueuedSteps, KeepWhatWasQueuedBeforeOneThatIsRefused) {
  queue(0);
  const Targets wrong = {.labels = at::tensor({0, 1, 2, 3}, at::kLong), .distributions = {}, .present = {}};
  EXPECT_THROW(late_.queue_step(images_, wrong, 0.01, 1), InvalidArgument);
  EXPECT_THROW(late_.queue_step(images_, targets_, -1, 1), InvalidArgument);
  EXPECT_EQ(late_.finish()->step, 0);
}

}  // namespace

}  // namespace wsol
