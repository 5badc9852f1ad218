#include <optional>

#include "native/torch/models/block.h"
#include "native/torch/models/fused_convolution.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

class PreactivationBlock final : public Block {
 public:
  // Members, and what stands in braces, are initialised in the order of the public checkpoints' state_dict.
  PreactivationBlock(StateBuilder& builder, const BlockSpec& spec)
      : shortcut_(make_shortcut(builder, spec)),
        norm1_(spec.preactivate ? std::optional(builder.batch_norm(spec.name + ".norm1", spec.in)) : std::nullopt),
        first_{builder.convolution(spec.name + ".conv1", spec.in, spec.width, 3, spec.stride),
               builder.batch_norm(spec.name + ".norm2", spec.width)},
        second_(builder.convolution(spec.name + ".conv2", spec.width, spec.width, 3, 1)) {}

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const override {
    const at::Tensor activated = norm1_ ? norm1_->forward_relu(input, context) : input;
    const at::Tensor around = shortcut_ ? shortcut_->forward(activated, context) : input;
    const at::Tensor hidden = first_.forward(activated, context, {.relu = true});
    return second_.forward(hidden, context, {.residual = around});
  }

 private:
  static std::optional<FusedConvolution> make_shortcut(StateBuilder& builder, const BlockSpec& spec) {
    if (spec.in == spec.width && spec.stride == 1) return std::nullopt;
    const int64_t kernel = 1;
    return FusedConvolution(
        builder.convolution(spec.name + ".downsample.conv", spec.in, spec.width, kernel, spec.stride));
  }

  std::optional<FusedConvolution> shortcut_;
  std::optional<BatchNorm> norm1_;
  /// With the norm behind it, which the checkpoints call the second.
  FusedConvolution first_;
  FusedConvolution second_;
};

}  // namespace

std::unique_ptr<Block> make_preactivation_block(StateBuilder& builder, const BlockSpec& spec) {
  return std::make_unique<PreactivationBlock>(builder, spec);
}

}  // namespace wsol
