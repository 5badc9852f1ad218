#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/torch/device.h"
#include "native/torch/losses/regularized_loss.h"
#include "native/torch/models/network.h"
#include "native/torch/tensors.h"
#include "native/torch/train/sgd.h"

namespace wsol {

struct TrainerSettings {
  LossSettings loss;
  SgdSettings sgd;
  /// Learning-rate factor of the classifier's parameter group.
  double classifier_lr_multiplier;
  /// Side of the random crop in pixels; at most the batch's height and width.
  int64_t crop_size;
  /// Probability of a horizontal flip.
  double flip;
  /// All random draws of step t are a function of (seed, t).
  uint64_t seed;
  Precision precision;
};

struct StepResult {
  /// What was minimised, batch mean.
  double loss;
  double cross_entropy;
  /// Mean H(p) of the batch in nats.
  double entropy;
  /// Images whose most probable class is the label.
  int64_t correct;
  std::optional<double> effective_eps;
};

/// Training state of one network: gradients and momentum. Not thread-safe: one session owns both.
class Trainer {
 public:
  /// Throws InvalidArgument naming the setting that is wrong.
  Trainer(std::shared_ptr<Network> network, const TrainerSettings& settings);

  /// forward_backward, then update. `images`: uint8 [N, H, W, 3] and `labels`: int64 [N], both on the CPU. `step`
  /// counts from 0 over the whole run.
  StepResult step(const at::Tensor& images, const at::Tensor& labels, double learning_rate, int64_t step);

  /// Crops, flips, normalises, and adds the loss's gradient to the gradients. Throws NonFiniteLoss with weights,
  /// momentum and running statistics as they were and the gradients dropped; InvalidArgument before anything is done.
  StepResult forward_backward(const at::Tensor& images, const at::Tensor& labels, int64_t step);

  /// Updates the weights from the gradients, then drops them. Throws InvalidArgument for a learning rate that is
  /// negative or not finite.
  void update(double learning_rate);

  /// Momentum buffers by their parameters' names, contiguous CPU copies; empty before the first step.
  std::vector<NamedTensor> export_momentum() const;

  /// Takes exactly one buffer for each parameter, or none at all (back to before the first step); else throws
  /// TensorMismatch and changes nothing.
  void import_momentum(const std::vector<NamedTensor>& tensors);

  Network& network() { return *network_; }
  Precision precision() const { return settings_.precision; }

 private:
  struct Group {
    std::vector<std::string> names;
    double lr_multiplier;
    Sgd optimizer;
  };

  Group make_group(Role role, double lr_multiplier) const;
  void check_batch(const at::Tensor& images, const at::Tensor& labels) const;
  StepResult run_batch(const at::Tensor& images, const at::Tensor& labels, int64_t step);
  void save_buffers();
  void restore_buffers();
  void drop_gradients();

  std::shared_ptr<Network> network_;
  TrainerSettings settings_;
  std::vector<Group> groups_;
  /// The network's buffers, by dtype, each beside what it held before the step in progress.
  std::vector<std::pair<std::vector<at::Tensor>, std::vector<at::Tensor>>> buffers_and_copies_;
};

}  // namespace wsol
