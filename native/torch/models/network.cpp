#include "native/torch/models/network.h"

#include <ATen/ops/max_pool2d.h>

#include <utility>

#include "native/torch/errors.h"
#include "native/torch/models/backbones.h"
#include "native/torch/models/block.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

constexpr int64_t kStemChannels = 64;
constexpr int64_t kNumStages = 4;

std::string quoted(const std::string& text) { return '"' + text + '"'; }

const Backbone& find_backbone(const std::string& name) {
  std::string known;
  for (const Backbone& backbone : backbones()) {
    if (name == backbone.name) return backbone;
    known += (known.empty() ? "" : ", ") + std::string(backbone.name);
  }
  throw InvalidArgument("backbone", "one of " + known, quoted(name));
}

void validate(const NetworkSpec& spec, const Backbone& backbone) {
  const bool stem_is_known = spec.stem == "plain" || (spec.stem == "activated" && backbone.preactivation);
  const char* const stems = backbone.preactivation ? "plain or activated" : "plain (only preresnet18 has another)";
  if (!stem_is_known) throw InvalidArgument("stem", stems, quoted(spec.stem));
  if (spec.num_classes < 2) throw InvalidArgument("numClasses", "2 or more", std::to_string(spec.num_classes));
  const auto check_stride = [](const char* parameter, int64_t stride) {
    if (stride != 1 && stride != 2) throw InvalidArgument(parameter, "1 or 2", std::to_string(stride));
  };
  check_stride("lastStride", spec.last_stride);
  check_stride("layer3Stride", spec.layer3_stride);
}

std::string block_name(const Naming& naming, int64_t stage, int64_t block) {
  std::string name = naming.block;
  name.replace(name.find('%'), 1, std::to_string(naming.first_stage + stage));
  name.replace(name.find('%'), 1, std::to_string(block));
  return name;
}

}  // namespace

Network::Network(const NetworkSpec& spec, uint64_t seed, c10::Device device) : spec_(spec), device_(device) {
  const Backbone& backbone = find_backbone(spec.backbone);
  validate(spec, backbone);
  const Naming& naming = backbone.naming;
  const bool stem_is_activated = !backbone.preactivation || spec.stem == "activated";
  const int64_t strides[kNumStages] = {1, 2, spec.layer3_stride, spec.last_stride};

  StateBuilder builder(seed, device);
  stem_convolution_ =
      std::make_unique<Convolution>(builder.convolution(naming.stem_convolution, 3, kStemChannels, 7, 2));
  if (stem_is_activated) stem_norm_ = std::make_unique<BatchNorm>(builder.batch_norm(naming.stem_norm, kStemChannels));
  int64_t channels = kStemChannels;
  for (int64_t stage = 0; stage < kNumStages; ++stage) {
    if (stage == kNumStages - 1) builder.set_role(Role::kClassifier);
    const int64_t width = kStemChannels << stage;
    auto& blocks = stages_.emplace_back();
    for (int64_t block = 0; block < backbone.blocks_per_stage[stage]; ++block) {
      const bool first_of_network = stage == 0 && block == 0;
      blocks.push_back(backbone.make_block(builder, {.name = block_name(naming, stage, block),
                                                     .in = channels,
                                                     .width = width,
                                                     .stride = block == 0 ? strides[stage] : 1,
                                                     .se_reduction = backbone.se_reduction,
                                                     .preactivate = !(first_of_network && stem_is_activated)}));
      channels = width * backbone.expansion;
    }
  }
  if (naming.final_norm) final_norm_ = std::make_unique<BatchNorm>(builder.batch_norm(naming.final_norm, channels));
  classifier_ = std::make_unique<Linear>(
      builder.linear(naming.classifier, channels, spec.num_classes, naming.classifier_as_convolution));
  state_ = builder.take();
}

Network::~Network() = default;

at::Tensor Network::forward_stem(const at::Tensor& images, Mode mode) {
  const at::Tensor convolved = stem_convolution_->forward(images);
  const at::Tensor activated = stem_norm_ ? stem_norm_->forward_relu(convolved, mode) : convolved;
  const int64_t kernel = 3, stride = 2, padding = 1;
  return at::max_pool2d(activated, kernel, stride, padding);
}

NetworkOutput Network::forward(const at::Tensor& images, Mode mode) {
  at::Tensor features = forward_stem(images, mode);
  for (const auto& blocks : stages_) {
    for (const auto& block : blocks) features = block->forward(features, mode);
  }
  if (final_norm_) features = final_norm_->forward_relu(features, mode);
  return {.feature_map = features, .logits = classifier_->forward(features.mean({2, 3}))};
}

at::Tensor Network::classifier_weight() const { return classifier_->weight.detach().flatten(1); }

std::vector<StateEntry> Network::parameters() const {
  std::vector<StateEntry> parameters;
  for (const StateEntry& entry : state_) {
    if (entry.role != Role::kBuffer) parameters.push_back(entry);
  }
  return parameters;
}

std::shared_ptr<Network> make_network(const NetworkSpec& spec, uint64_t seed, c10::Device device) {
  return std::make_shared<Network>(spec, seed, device);
}

std::vector<std::string> backbone_names() {
  std::vector<std::string> names;
  for (const Backbone& backbone : backbones()) names.emplace_back(backbone.name);
  return names;
}

}  // namespace wsol
