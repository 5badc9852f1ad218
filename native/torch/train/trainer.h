#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/torch/methods/method.h"
#include "native/torch/models/network.h"
#include "native/torch/tensors.h"
#include "native/torch/train/sgd.h"
#include "native/torch/train/trainer_settings.h"

namespace wsol {

/// What a batch is trained against.
struct Targets {
  /// int64 [N]: predictions count as correct against these.
  at::Tensor labels;
  /// Floating point [N, C], each row at least 0 and summing to 1: what the loss is taken against; undefined: `labels`.
  at::Tensor distributions;
  /// bool [N, C], where images have several classes: which they have, at least one each. The others are then undefined.
  at::Tensor present;
};

struct StepResult {
  /// What was minimised, batch mean.
  double loss;
  double cross_entropy;
  /// Of the predictions in nats, mean of the batch.
  double entropy;
  /// Images whose most probable class is the label, or one of those present.
  int64_t correct;
};

/// Training state of one network: gradients and momentum. Not thread-safe: one session owns both.
class Trainer {
 public:
  /// Throws InvalidArgument naming the setting that is wrong.
  Trainer(std::shared_ptr<Network> network, const TrainerSettings& settings);

  /// forward_backward, then update: all of it or, where anything throws, nothing. `images`: uint8 [N, H, W, 3]; they
  /// and the targets lie on the CPU. `step` counts from 0 over the whole run.
  StepResult step(const at::Tensor& images, const Targets& targets, double learning_rate, int64_t step);

  /// Crops, flips, normalises, lets the method change what it changes, and adds the loss's gradient to the gradients.
  /// Throws NonFiniteLoss, for a loss or gradients, with weights, momentum and running statistics as they were and the
  /// gradients dropped; InvalidArgument before anything is done.
  StepResult forward_backward(const at::Tensor& images, const Targets& targets, int64_t step);

  /// Updates the weights from the gradients, then drops them. Throws, with weights and momentum as they were, for a
  /// learning rate that is negative or not finite (InvalidArgument), or where there are no gradients.
  void update(double learning_rate);

  /// Momentum buffers by their parameters' names, contiguous CPU copies; empty before the first step.
  std::vector<NamedTensor> export_momentum() const;

  /// Takes exactly one buffer for each parameter, or none at all (back to before the first step); else throws
  /// TensorMismatch and changes nothing. Without momentum only none fits.
  void import_momentum(const std::vector<NamedTensor>& tensors);

  Network& network() { return *network_; }

 private:
  struct Group {
    std::vector<std::string> names;
    double lr_multiplier;
    Sgd optimizer;
  };

  Group make_group(Role role, double lr_multiplier) const;
  void check_batch(const at::Tensor& images, const Targets& targets) const;
  void check_present(const at::Tensor& present, int64_t count) const;
  at::Tensor loss_targets(const Targets& targets, const at::Tensor& labels, const at::Tensor& present) const;
  TrainingBatch make_batch(const at::Tensor& images, const Targets& targets, int64_t step) const;
  StepResult run_batch(const at::Tensor& images, const Targets& targets, int64_t step);
  at::Tensor gradient_probe() const;
  void save_buffers();
  void restore_buffers();
  void drop_gradients();

  std::shared_ptr<Network> network_;
  TrainerSettings settings_;
  const Method& method_;
  std::vector<Group> groups_;
  /// The network's buffers, by dtype, each beside what it held before the step in progress.
  std::vector<std::pair<std::vector<at::Tensor>, std::vector<at::Tensor>>> buffers_and_copies_;
};

}  // namespace wsol
