#include <optional>

#include "native/torch/models/block.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

class PreactivationBlock final : public Block {
 public:
  // Members are initialised in the order of the public checkpoints' state_dict.
  PreactivationBlock(StateBuilder& builder, const BlockSpec& spec)
      : shortcut_(make_shortcut(builder, spec)),
        norm1_(spec.preactivate ? std::optional(builder.batch_norm(spec.name + ".norm1", spec.in)) : std::nullopt),
        conv1_(builder.convolution(spec.name + ".conv1", spec.in, spec.width, 3, spec.stride)),
        norm2_(builder.batch_norm(spec.name + ".norm2", spec.width)),
        conv2_(builder.convolution(spec.name + ".conv2", spec.width, spec.width, 3, 1)) {}

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const override {
    const at::Tensor activated = norm1_ ? norm1_->forward_relu(input, context) : input;
    const at::Tensor around = shortcut_ ? shortcut_->forward(activated) : input;
    const at::Tensor hidden = norm2_.forward_relu(conv1_.forward(activated), context);
    return conv2_.forward(hidden).add_(around);
  }

 private:
  static std::optional<Convolution> make_shortcut(StateBuilder& builder, const BlockSpec& spec) {
    if (spec.in == spec.width && spec.stride == 1) return std::nullopt;
    const int64_t kernel = 1;
    return builder.convolution(spec.name + ".downsample.conv", spec.in, spec.width, kernel, spec.stride);
  }

  std::optional<Convolution> shortcut_;
  std::optional<BatchNorm> norm1_;
  Convolution conv1_;
  BatchNorm norm2_;
  Convolution conv2_;
};

}  // namespace

std::unique_ptr<Block> make_preactivation_block(StateBuilder& builder, const BlockSpec& spec) {
  return std::make_unique<PreactivationBlock>(builder, spec);
}

}  // namespace wsol
