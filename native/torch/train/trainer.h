#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native/torch/methods/method.h"
#include "native/torch/models/network.h"
#include "native/torch/tensors.h"
#include "native/torch/train/arriving_numbers.h"
#include "native/torch/train/saved_buffers.h"
#include "native/torch/train/sgd.h"
#include "native/torch/train/targets.h"
#include "native/torch/train/trainer_settings.h"

namespace wsol {

class ProcessGroup;
class SharedTraining;

struct StepResult {
  /// Which step it is, as step() was told.
  int64_t step;
  /// What was minimised, batch mean.
  double loss;
  double cross_entropy;
  /// Of the predictions in nats, mean of the batch.
  double entropy;
  /// Images whose most probable class is the label, or one of those present.
  int64_t correct;
  /// Whether a process asked to stop after this step.
  bool stops = false;
};

/// Training state of one network: gradients and momentum. Not thread-safe: one session owns both.
class Trainer {
 public:
  /// Throws InvalidArgument naming the setting that is wrong. `processes`: those that train together, each on its share
  /// of every batch; null: this one alone. All then call everything alike, and each result is of the global batch.
  Trainer(std::shared_ptr<Network> network, const TrainerSettings& settings,
          std::shared_ptr<ProcessGroup> processes = nullptr);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// forward_backward, then update: all of it or, where anything throws, nothing. `images`: uint8 [N, H, W, 3]; they
  /// and the targets lie on the CPU. `step` counts from 0 over the whole run.
  StepResult step(const at::Tensor& images, const Targets& targets, double learning_rate, int64_t step,
                  bool asks_to_stop = false);

  /// The same, but where the device works beside the processor the numbers of a step are read when the next one is
  /// queued, so that it never waits: the result is the step's before, if there was one. What is not finite is left out
  /// on the device, with all that follows; NonFiniteLoss tells of it one call later, with everything as it was before
  /// that step.
  std::optional<StepResult> queue_step(const at::Tensor& images, const Targets& targets, double learning_rate,
                                       int64_t step, bool asks_to_stop = false);

  /// The result of the step that is not read yet, if there is one; throws its NonFiniteLoss. Before anything is read or
  /// stored of the network.
  std::optional<StepResult> finish();

  /// Crops, flips, normalises, lets the method change what it changes, and adds the loss's gradient to the gradients.
  /// Throws NonFiniteLoss, for a loss or gradients, with weights, momentum and running statistics as they were and the
  /// gradients dropped; InvalidArgument before anything is done.
  StepResult forward_backward(const at::Tensor& images, const Targets& targets, int64_t step,
                              bool asks_to_stop = false);

  /// Updates the weights from the gradients, then drops them. Throws, with weights and momentum as they were, for a
  /// learning rate that is negative or not finite (InvalidArgument), or where there are no gradients.
  void update(double learning_rate);

  /// Momentum buffers by their parameters' names, contiguous CPU copies; empty before the first step.
  std::vector<NamedTensor> export_momentum() const;

  /// Takes exactly one buffer for each parameter, or none at all (back to before the first step); else throws
  /// TensorMismatch and changes nothing. Without momentum only none fits.
  void import_momentum(const std::vector<NamedTensor>& tensors);

  /// Gives all processes rank 0's running statistics; with `everything` its weights and momentum too.
  void share_state(bool everything);

  Network& network() { return *network_; }

 private:
  struct Group {
    std::vector<std::string> names;
    double lr_multiplier;
    Sgd optimizer;
  };

  /// A step whose numbers are not read yet.
  struct PendingStep {
    int64_t step;
    ArrivingNumbers numbers;
    /// Whether it made the momentum buffers.
    bool is_first;
  };

  Group make_group(Role role, double lr_multiplier) const;
  at::Tensor loss_targets(const Targets& targets, const at::Tensor& labels, const at::Tensor& present) const;
  TrainingBatch make_batch(const at::Tensor& images, const Targets& targets, int64_t step) const;
  LossValue loss_of(const NetworkOutput& output, const TrainingBatch& batch) const;
  at::Tensor run_batch(const at::Tensor& images, const Targets& targets, int64_t step);
  StepResult run_and_read(const at::Tensor& images, const Targets& targets, int64_t step, bool asks_to_stop);
  at::Tensor gradient_probe() const;
  void drop_gradients();
  template <typename Change>
  void change_or_undo(const Change& change);
  void note_non_finite(const at::Tensor& values);
  StepResult read(PendingStep& pending, size_t steps_since);

  std::shared_ptr<Network> network_;
  TrainerSettings settings_;
  const Method& method_;
  /// Null for a process that works alone.
  std::unique_ptr<SharedTraining> shared_;
  std::vector<Group> groups_;
  SavedBuffers saved_buffers_;
  std::optional<PendingStep> pending_;
  /// 1 on the device from a step on that was not finite, else 0; undefined where each step is read at once.
  at::Tensor found_inf_;
};

}  // namespace wsol
