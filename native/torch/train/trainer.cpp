#include "native/torch/train/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/stack.h>

#include <cmath>
#include <unordered_map>

#include "native/torch/errors.h"
#include "native/torch/image_ops.h"

namespace wsol {

namespace {

/// One 64-bit number from two, well mixed (the finaliser of SplitMix64), so that neighbouring steps draw nothing alike.
uint64_t mix(uint64_t seed, uint64_t step) {
  uint64_t bits = seed * 0x9e3779b97f4a7c15ULL + step + 1;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
  return bits ^ (bits >> 31);
}

void validate(const TrainerSettings& settings) {
  validate(settings.loss);
  if (!std::isfinite(settings.classifier_lr_multiplier) || settings.classifier_lr_multiplier <= 0) {
    throw InvalidArgument("classifierLrMultiplier", "a finite number above 0",
                          c10::str(settings.classifier_lr_multiplier));
  }
  if (settings.crop_size < 1) throw InvalidArgument("cropSize", "1 or more", std::to_string(settings.crop_size));
  if (!(settings.flip >= 0 && settings.flip <= 1)) {
    throw InvalidArgument("flip", "a number from 0 to 1", c10::str(settings.flip));
  }
}

void check_learning_rate(double learning_rate) {
  if (std::isfinite(learning_rate) && learning_rate >= 0) return;
  throw InvalidArgument("learningRate", "a finite number, 0 or more", c10::str(learning_rate));
}

}  // namespace

Trainer::Trainer(std::shared_ptr<Network> network, const TrainerSettings& settings)
    : network_(std::move(network)), settings_(settings) {
  validate(settings);
  groups_.push_back(make_group(Role::kBody, 1));
  groups_.push_back(make_group(Role::kClassifier, settings.classifier_lr_multiplier));
  for (const at::ScalarType dtype : {at::kFloat, at::kLong}) {
    auto& [buffers, copies] = buffers_and_copies_.emplace_back();
    for (const StateEntry& entry : network_->state()) {
      if (entry.role != Role::kBuffer || entry.tensor.scalar_type() != dtype) continue;
      buffers.push_back(entry.tensor);
      copies.push_back(at::empty_like(entry.tensor));
    }
  }
}

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
          .optimizer = Sgd(std::move(parameters), settings_.sgd)};
}

StepResult Trainer::step(const at::Tensor& images, const at::Tensor& labels, double learning_rate, int64_t step) {
  check_learning_rate(learning_rate);
  const StepResult result = forward_backward(images, labels, step);
  update(learning_rate);
  return result;
}

StepResult Trainer::forward_backward(const at::Tensor& images, const at::Tensor& labels, int64_t step) {
  check_batch(images, labels);
  save_buffers();
  try {
    return run_batch(images, labels, step);
  } catch (...) {
    restore_buffers();
    drop_gradients();
    throw;
  }
}

void Trainer::check_batch(const at::Tensor& images, const at::Tensor& labels) const {
  validate_images(images);
  if (labels.scalar_type() != at::kLong || labels.dim() != 1 || labels.size(0) != images.size(0)) {
    throw InvalidArgument("labels", "one class for each of the " + std::to_string(images.size(0)) + " images",
                          c10::str(labels.scalar_type(), " ", labels.sizes()));
  }
  validate_labels(labels, network_->spec().num_classes);
}

StepResult Trainer::run_batch(const at::Tensor& images, const at::Tensor& labels, int64_t step) {
  const at::AutoGradMode with_gradients(true);
  const at::Generator generator = at::detail::createCPUGenerator(mix(settings_.seed, static_cast<uint64_t>(step)));
  const CropDraws draws =
      draw_crops(images.size(0), images.size(1), images.size(2), settings_.crop_size, settings_.flip, generator);
  const c10::Device device = network_->device();
  // Cropped where they lie, so that only the crops travel.
  const at::Tensor crops = to_device(crop_and_flip(images, draws, settings_.crop_size), device);
  const at::Tensor targets = to_device(labels, device);
  at::Tensor logits;
  {
    const AutocastRegion autocast(settings_.precision, device.type());
    logits = network_->forward(normalise_images(crops), Mode::kTraining).logits;
  }
  const LossValue loss = regularized_loss(logits, targets, settings_.loss);
  loss.total.backward();
  // Read only now: an earlier read would leave a GPU idle until the backward pass is queued.
  const at::Tensor correct = logits.detach().argmax(1).eq(targets).sum();
  const at::Tensor values = at::stack({loss.total.detach().to(at::kDouble), loss.cross_entropy.to(at::kDouble),
                                       loss.entropy.to(at::kDouble), correct.to(at::kDouble)})
                                .cpu();
  const double* value = values.const_data_ptr<double>();
  if (!std::isfinite(value[0])) throw NonFiniteLoss(step, value[0]);
  return {.loss = value[0],
          .cross_entropy = value[1],
          .entropy = value[2],
          .correct = static_cast<int64_t>(value[3]),
          .effective_eps = effective_eps(settings_.loss, logits.size(1), logits.size(0))};
}

void Trainer::update(double learning_rate) {
  check_learning_rate(learning_rate);
  for (Group& group : groups_) group.optimizer.step(learning_rate * group.lr_multiplier);
}

std::vector<NamedTensor> Trainer::export_momentum() const {
  std::unordered_map<std::string, at::Tensor> by_name;
  for (const Group& group : groups_) {
    const std::vector<at::Tensor>& buffers = group.optimizer.momentum_buffers();
    for (size_t index = 0; index < buffers.size(); ++index) by_name[group.names[index]] = buffers[index];
  }
  std::vector<NamedTensor> tensors;
  for (const StateEntry& entry : network_->state()) {
    const auto found = by_name.find(entry.name);
    if (found == by_name.end()) continue;
    tensors.push_back({entry.name, found->second.cpu().clone(at::MemoryFormat::Contiguous)});
  }
  return tensors;
}

void Trainer::import_momentum(const std::vector<NamedTensor>& tensors) {
  std::vector<std::vector<at::Tensor>> buffers(groups_.size());
  if (!tensors.empty()) {
    std::vector<NamedTensor> targets;
    for (const StateEntry& entry : network_->parameters()) {
      targets.push_back({entry.name, at::empty_like(entry.tensor).detach()});
      buffers[entry.role == Role::kBody ? 0 : 1].push_back(targets.back().tensor);
    }
    copy_by_name(targets, tensors);
  }
  for (size_t index = 0; index < groups_.size(); ++index) {
    groups_[index].optimizer.set_momentum_buffers(std::move(buffers[index]));
  }
}

void Trainer::save_buffers() {
  for (auto& [buffers, copies] : buffers_and_copies_) at::_foreach_copy_(copies, buffers);
}

void Trainer::restore_buffers() {
  for (auto& [buffers, copies] : buffers_and_copies_) at::_foreach_copy_(buffers, copies);
}

void Trainer::drop_gradients() {
  for (Group& group : groups_) group.optimizer.drop_gradients();
}

}  // namespace wsol
