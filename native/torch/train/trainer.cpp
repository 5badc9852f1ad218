#include "native/torch/train/trainer.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <limits>

#include "native/torch/distributed/shared_training.h"
#include "native/torch/find_row.h"
#include "native/torch/image_ops.h"
#include "native/torch/kernels/finite.h"
#include "native/torch/train/step_draws.h"

namespace wsol {

namespace {

void check_learning_rate(double learning_rate) {
  if (std::isfinite(learning_rate) && learning_rate >= 0) return;
  throw InvalidArgument("learningRate", "a finite number, 0 or more", c10::str(learning_rate));
}

CropDraws crops_of(const Share& share, const CropDraws& global) {
  return {.top = rows_of(global.top, share),
          .left = rows_of(global.left, share),
          .flipped = rows_of(global.flipped, share)};
}

/// Makes a step's numbers those of the global batch: three means, the count of correct ones, and what is finite where
/// all are. Returns whether any process asked to stop.
bool share_values(at::Tensor& values, bool asks_to_stop, Channel& channel) {
  const at::Tensor all = at::cat({values, at::scalar_tensor(asks_to_stop ? 1 : 0, at::kDouble).unsqueeze(0)});
  channel.sum(all);
  all.slice(0, 0, 3).div_(static_cast<double>(channel.share().world_size));
  values = all;
  return all[-1].item<double>() > 0;
}

/// Of what run_batch() returns, on the CPU. Throws NonFiniteLoss.
StepResult result_of(const at::Tensor& values, int64_t step, bool stops) {
  const double* value = values.const_data_ptr<double>();
  if (!std::isfinite(value[0])) throw NonFiniteLoss("loss", step, value[0]);
  if (!std::isfinite(value[4])) throw NonFiniteLoss("gradient", step, value[0]);
  return {.step = step,
          .loss = value[0],
          .cross_entropy = value[1],
          .entropy = value[2],
          .correct = static_cast<int64_t>(value[3]),
          .stops = stops};
}

}  // namespace

Trainer::Trainer(std::shared_ptr<Network> network, const TrainerSettings& settings,
                 std::shared_ptr<ProcessGroup> processes)
    : network_(std::move(network)),
      settings_(settings),
      method_(find_row(methods(), settings.method.name, "method")),
      // Before a step that is not read yet, and before the next.
      saved_buffers_(*network_, 2) {
  validate(settings);
  const HeadSettings wanted = head_for(settings.method);
  const HeadSettings& head = network_->spec().head;
  if (head.name != wanted.name) {
    throw InvalidArgument("method", "one for a network with the head '" + head.name + "'",
                          '"' + settings.method.name + '"');
  }
  if (head != wanted) {
    throw InvalidArgument("threshold", c10::str("the network's, ", head.erase_threshold),
                          c10::str(wanted.erase_threshold));
  }
  const std::string& multi_label = network_->spec().multi_label;
  if (multi_label != settings.loss.multi_label) {
    throw InvalidArgument("multiLabel", "the network's, " + multi_label, '"' + settings.loss.multi_label + '"');
  }
  groups_.push_back(make_group(Role::kBody, 1));
  groups_.push_back(make_group(Role::kClassifier, settings.optim.classifier_lr_multiplier));
  if (processes == nullptr && settings.reads_late.value_or(!network_->device().is_cpu())) {
    found_inf_ = at::zeros({}, at::TensorOptions(at::kFloat).device(network_->device()));
  }
  if (processes == nullptr) return;
  std::vector<at::Tensor> parameters;
  for (const StateEntry& entry : network_->parameters()) parameters.push_back(entry.tensor);
  shared_ = std::make_unique<SharedTraining>(std::move(processes), parameters, settings.distributed);
}

Trainer::~Trainer() = default;

Trainer::Group Trainer::make_group(Role role, double lr_multiplier) const {
  std::vector<std::string> names;
  std::vector<at::Tensor> parameters;
  for (const StateEntry& entry : network_->state()) {
    if (entry.role != role) continue;
    names.push_back(entry.name);
    parameters.push_back(entry.tensor);
  }
  return {.names = std::move(names),
          .lr_multiplier = lr_multiplier,
          .optimizer = Sgd(std::move(parameters), settings_.optim.sgd)};
}

StepResult Trainer::step(const at::Tensor& images, const Targets& targets, double learning_rate, int64_t step,
                         bool asks_to_stop) {
  const std::optional<StepResult> queued = queue_step(images, targets, learning_rate, step, asks_to_stop);
  const std::optional<StepResult> last = finish();
  return last ? *last : *queued;
}

std::optional<StepResult> Trainer::queue_step(const at::Tensor& images, const Targets& targets, double learning_rate,
                                              int64_t step, bool asks_to_stop) {
  check_learning_rate(learning_rate);
  check_batch(images, targets, network_->spec());
  saved_buffers_.save();
  if (!found_inf_.defined()) {
    std::optional<StepResult> result;
    change_or_undo([&] {
      result = run_and_read(images, targets, step, asks_to_stop);
      update(learning_rate);
    });
    return result;
  }
  std::optional<PendingStep> queued;
  change_or_undo([&] {
    const at::Tensor values = run_batch(images, targets, step);
    const bool is_first = groups_.front().optimizer.momentum_buffers().empty();
    note_non_finite(values);
    queued.emplace(PendingStep{.step = step, .numbers = ArrivingNumbers(values), .is_first = is_first});
    update(learning_rate);
  });
  std::swap(queued, pending_);
  return queued ? std::optional(read(*queued, 1)) : std::nullopt;
}

std::optional<StepResult> Trainer::finish() {
  if (!pending_) return std::nullopt;
  PendingStep last = std::move(*pending_);
  pending_.reset();
  return read(last, 0);
}

/// `steps_since`: queued after it.
StepResult Trainer::read(PendingStep& pending, size_t steps_since) {
  try {
    return result_of(pending.numbers.arrived(), pending.step, /*stops=*/false);
  } catch (const NonFiniteLoss&) {
    // The weights never changed since, nor did momentum, but for memory that the first step of all made.
    pending_.reset();
    saved_buffers_.restore(steps_since);
    if (pending.is_first) {
      for (Group& group : groups_) group.optimizer.set_momentum_buffers({});
    }
    found_inf_.zero_();
    throw;
  }
}

/// For this step and those that follow.
void Trainer::note_non_finite(const at::Tensor& values) {
  const at::Tensor is_finite = at::isfinite(values[0] + values[4]);
  found_inf_.copy_(at::maximum(found_inf_, is_finite.logical_not().to(at::kFloat)));
}

StepResult Trainer::forward_backward(const at::Tensor& images, const Targets& targets, int64_t step,
                                     bool asks_to_stop) {
  check_batch(images, targets, network_->spec());
  saved_buffers_.save();
  std::optional<StepResult> result;
  change_or_undo([&] { result = run_and_read(images, targets, step, asks_to_stop); });
  return *result;
}

template <typename Change>
void Trainer::change_or_undo(const Change& change) {
  try {
    change();
  } catch (...) {
    saved_buffers_.restore();
    drop_gradients();
    throw;
  }
}

/// What the loss is taken against, on the device.
at::Tensor Trainer::loss_targets(const Targets& targets, const at::Tensor& labels, const at::Tensor& present) const {
  if (present.defined()) return targets_of_present(present, settings_.loss, at::kFloat);
  return targets.distributions.defined() ? to_device(targets.distributions, network_->device()) : labels;
}

TrainingBatch Trainer::make_batch(const at::Tensor& images, const Targets& targets, int64_t step) const {
  const auto& [crop_size, flip] = settings_.data;
  const Share& share = settings_.share;
  const CropDraws draws =
      crops_of(share, draw_crops(global_count(images.size(0), share), images.size(1), images.size(2), crop_size, flip,
                                 step_generator(settings_.seed, step, Draws::kCrops)));
  const c10::Device device = network_->device();
  const bool has_several = targets.present.defined();
  const at::Tensor labels = has_several ? at::Tensor() : to_device(targets.labels, device);
  const at::Tensor present = has_several ? to_device(targets.present, device) : at::Tensor();
  // Cropped where they lie, so that only the crops travel.
  return {.images = normalise_images(to_device(crop_and_flip(images, draws, crop_size), device), network_->pixels()),
          .labels = labels,
          .present = present,
          .targets = loss_targets(targets, labels, present),
          .num_classes = network_->spec().num_classes,
          .share = share};
}

LossValue Trainer::loss_of(const NetworkOutput& output, const TrainingBatch& batch) const {
  LossValue loss = regularized_loss(output.logits, batch.targets, settings_.loss, batch.share);
  for (size_t term = 1; term < output.loss_logits.size(); ++term) {
    const LossValue further = regularized_loss(output.loss_logits[term], batch.targets, settings_.loss, batch.share);
    loss.total = loss.total + further.total;
    loss.cross_entropy = loss.cross_entropy + further.cross_entropy;
  }
  return loss;
}

/// What StepResult tells, float64 on the device, and gradient_probe().
at::Tensor Trainer::run_batch(const at::Tensor& images, const Targets& targets, int64_t step) {
  const at::AutoGradMode with_gradients(true);
  TrainingBatch batch = make_batch(images, targets, step);
  const int64_t rank = method_.draws_by == DrawsBy::kRank ? settings_.share.rank : 0;
  const at::Generator generator = step_generator(settings_.seed, step, Draws::kMethod, rank);
  if (method_.change_batch) method_.change_batch(batch, settings_.method, generator);
  const FeatureHook hook = method_.make_hook ? method_.make_hook(settings_.method, generator) : FeatureHook();
  ForwardContext context = {.mode = Mode::kTraining, .hook = hook, .labels = batch.labels};
  if (shared_) {
    shared_->before_forward();
    context.shared_statistics = shared_->statistics();
  }
  NetworkOutput output;
  {
    const AutocastRegion autocast(settings_.precision, network_->device().type());
    output = network_->forward(batch.images, context);
  }
  const LossValue loss = loss_of(output, batch);
  if (shared_) {
    shared_->before_backward();
    shared_->backward(loss.total);
  } else {
    loss.total.backward();
  }
  const at::Tensor predicted = output.logits.detach().argmax(1);
  const at::Tensor correct = batch.present.defined() ? batch.present.gather(1, predicted.unsqueeze(1)).sum()
                                                     : predicted.eq(batch.labels).sum();
  return at::stack({loss.total.detach().to(at::kDouble), loss.cross_entropy.to(at::kDouble),
                    loss.entropy.to(at::kDouble), correct.to(at::kDouble), gradient_probe().to(at::kDouble)})
      .detach();
}

StepResult Trainer::run_and_read(const at::Tensor& images, const Targets& targets, int64_t step, bool asks_to_stop) {
  at::Tensor values = run_batch(images, targets, step).cpu();
  const bool stops = shared_ ? share_values(values, asks_to_stop, shared_->channel()) : asks_to_stop;
  return result_of(values, step, stops);
}

/// A number that is finite where all gradients are.
at::Tensor Trainer::gradient_probe() const {
  std::vector<at::Tensor> gradients;
  for (const StateEntry& entry : network_->parameters()) {
    if (entry.tensor.grad().defined()) gradients.push_back(entry.tensor.grad());
  }
  if (network_->device().is_cpu()) {
    return at::scalar_tensor(are_finite(gradients) ? 0 : std::numeric_limits<double>::quiet_NaN());
  }
  return at::stack(at::_foreach_norm(gradients, std::numeric_limits<double>::infinity())).max();
}

void Trainer::update(double learning_rate) {
  check_learning_rate(learning_rate);
  for (Group& group : groups_) group.optimizer.prepare();
  for (Group& group : groups_) group.optimizer.apply(learning_rate * group.lr_multiplier, found_inf_);
}

void Trainer::drop_gradients() {
  for (Group& group : groups_) group.optimizer.drop_gradients();
}

}  // namespace wsol
