#include "native/torch/models/network.h"

#include <ATen/ops/_foreach_add.h>

#include <cmath>
#include <string>

#include "native/torch/find_row.h"
#include "native/torch/heads/head.h"
#include "native/torch/losses/multi_label.h"
#include "native/torch/models/backbones.h"
#include "native/torch/models/body.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

void validate(const NetworkSpec& spec, const Backbone& backbone) {
  const bool stem_is_known = spec.stem == "plain" || (spec.stem == "activated" && backbone.preactivation);
  const char* const stems = backbone.preactivation ? "plain or activated" : "plain (only preresnet18 has another)";
  if (!stem_is_known) throw InvalidArgument("stem", stems, '"' + spec.stem + '"');
  if (spec.num_classes < 2) throw InvalidArgument("numClasses", "2 or more", std::to_string(spec.num_classes));
  const auto check_stride = [](const char* parameter, int64_t stride) {
    if (stride != 1 && stride != 2) throw InvalidArgument(parameter, "1 or 2", std::to_string(stride));
  };
  check_stride("lastStride", spec.last_stride);
  check_stride("layer3Stride", spec.layer3_stride);
  for (size_t channel = 0; channel < spec.pixels.mean.size(); ++channel) {
    const double mean = spec.pixels.mean[channel], deviation = spec.pixels.deviation[channel];
    if (!std::isfinite(mean)) throw InvalidArgument("mean", "finite numbers", c10::str(mean));
    if (!(std::isfinite(deviation) && deviation > 0)) {
      throw InvalidArgument("std", "finite numbers above 0", c10::str(deviation));
    }
  }
  find_row(multi_labels(), spec.multi_label, "multiLabel");
  const double threshold = spec.head.erase_threshold;
  if (!(threshold >= 0 && threshold <= 1))
    throw InvalidArgument("head", "a threshold from 0 to 1", c10::str(threshold));
}

}  // namespace

Network::Network(const NetworkSpec& spec, uint64_t seed, c10::Device device)
    : spec_(spec), device_(device), pixels_(spec.pixels, device) {
  const Backbone& backbone = find_row(backbones(), spec.backbone, "backbone");
  const HeadKind& head = find_row(heads(), spec.head.name, "head");
  validate(spec, backbone);
  StateBuilder builder(seed, device, parse_padding(spec.padding));
  body_ = std::make_unique<Body>(builder, spec, backbone);
  head_ = head.make(builder, {.channels = body_->channels(),
                              .num_classes = spec.num_classes,
                              .naming = backbone.naming,
                              .settings = spec.head});
  state_ = builder.take();
  for (const StateEntry& entry : state_) {
    if (entry.role == Role::kBuffer && entry.tensor.scalar_type() == at::kLong) batch_counts_.push_back(entry.tensor);
  }
}

Network::~Network() = default;

NetworkOutput Network::forward(const at::Tensor& images, const ForwardContext& context) {
  if (context.mode == Mode::kTraining) at::_foreach_add_(batch_counts_, 1);
  const at::Tensor features = body_->forward(images, context);
  std::vector<at::Tensor> loss_logits = head_->forward(features, context);
  return {.feature_map = features, .logits = loss_logits.front(), .loss_logits = loss_logits};
}

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

}  // namespace wsol
