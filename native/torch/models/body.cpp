#include "native/torch/models/body.h"

#include <ATen/ops/max_pool2d.h>

#include <limits>
#include <string>
#include <utility>

#include "native/torch/models/block.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

constexpr int64_t kStemChannels = 64;

bool stem_is_activated(const NetworkSpec& spec, const Backbone& backbone) {
  return !backbone.preactivation || spec.stem == "activated";
}

FusedConvolution make_stem(StateBuilder& builder, const Naming& naming, bool is_activated) {
  Convolution convolution = builder.convolution(naming.stem_convolution, 3, kStemChannels, 7, 2);
  if (!is_activated) return FusedConvolution(std::move(convolution));
  return FusedConvolution(std::move(convolution), builder.batch_norm(naming.stem_norm, kStemChannels));
}

std::string block_name(const Naming& naming, int64_t stage, int64_t block) {
  std::string name = naming.block;
  name.replace(name.find('%'), 1, std::to_string(naming.first_stage + stage));
  name.replace(name.find('%'), 1, std::to_string(block));
  return name;
}

}  // namespace

Body::Body(StateBuilder& builder, const NetworkSpec& spec, const Backbone& backbone)
    : padding_(parse_padding(spec.padding)),
      stem_is_activated_(stem_is_activated(spec, backbone)),
      stem_(make_stem(builder, backbone.naming, stem_is_activated_)),
      channels_(kStemChannels) {
  const Naming& naming = backbone.naming;
  const int64_t strides[kNumStages] = {1, 2, spec.layer3_stride, spec.last_stride};
  for (int64_t stage = 0; stage < kNumStages; ++stage) {
    if (stage == kNumStages - 1) builder.set_role(Role::kClassifier);
    const int64_t width = kStemChannels << stage;
    auto& blocks = stages_.emplace_back();
    for (int64_t block = 0; block < backbone.blocks_per_stage[stage]; ++block) {
      const bool first_of_network = stage == 0 && block == 0;
      blocks.push_back(backbone.make_block(builder, {.name = block_name(naming, stage, block),
                                                     .in = channels_,
                                                     .width = width,
                                                     .stride = block == 0 ? strides[stage] : 1,
                                                     .se_reduction = backbone.se_reduction,
                                                     .preactivate = !(first_of_network && stem_is_activated_)}));
      channels_ = width * backbone.expansion;
    }
  }
  if (naming.final_norm) final_norm_ = builder.batch_norm(naming.final_norm, channels_);
}

at::Tensor Body::forward_stem(const at::Tensor& images, const ForwardContext& context) const {
  const at::Tensor activated = stem_.forward(images, context, {.relu = stem_is_activated_});
  const Window window{.kernel = 3, .stride = 2};
  const auto [padded, rest] = pad_for(activated, window, padding_, -std::numeric_limits<double>::infinity());
  return at::max_pool2d(padded, window.kernel, window.stride, rest);
}

at::Tensor Body::forward(const at::Tensor& images, const ForwardContext& context) const {
  at::Tensor features = forward_stem(images, context);
  for (int64_t stage = 0; stage < kNumStages; ++stage) {
    const auto& blocks = stages_[stage];
    const auto count = static_cast<int64_t>(blocks.size());
    for (int64_t block = 0; block < count; ++block) {
      features = blocks[block]->forward(features, context);
      const Place place{.stage = stage + 1, .block = block, .blocks_of_stage = count};
      const bool is_last = place.stage == kNumStages && place.ends_stage();
      if (is_last && final_norm_) features = final_norm_->forward_relu(features, context);
      if (context.hook) features = context.hook(features, place);
    }
  }
  return features;
}

}  // namespace wsol
