#include "native/torch/models/block.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/shortcut.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

constexpr int64_t kExpansion = 4;

class BottleneckBlock final : public Block {
 public:
  // Members are initialised in the order of PyTorch's state_dict.
  BottleneckBlock(StateBuilder& builder, const BlockSpec& spec)
      : conv1_(builder.convolution(spec.name + ".conv1", spec.in, spec.width, 1, 1)),
        norm1_(builder.batch_norm(spec.name + ".bn1", spec.width)),
        conv2_(builder.convolution(spec.name + ".conv2", spec.width, spec.width, 3, spec.stride)),
        norm2_(builder.batch_norm(spec.name + ".bn2", spec.width)),
        conv3_(builder.convolution(spec.name + ".conv3", spec.width, spec.width * kExpansion, 1, 1)),
        norm3_(builder.batch_norm(spec.name + ".bn3", spec.width * kExpansion)),
        excitation_(spec.se_reduction == 0 ? std::nullopt
                                           : std::optional(builder.squeeze_excitation(
                                                 spec.name + ".se", spec.width * kExpansion, spec.se_reduction))),
        shortcut_(builder, spec.name, spec.in, spec.width * kExpansion, spec.stride) {}

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const override {
    at::Tensor hidden = norm1_.forward_relu(conv1_.forward(input), context);
    hidden = norm2_.forward_relu(conv2_.forward(hidden), context);
    hidden = conv3_.forward(hidden);
    const at::Tensor around = shortcut_.forward(input, context);
    if (!excitation_) return norm3_.forward_add_relu(hidden, around, context);
    return excitation_->forward_add_relu(norm3_.forward(hidden, context), around);
  }

 private:
  Convolution conv1_;
  BatchNorm norm1_;
  Convolution conv2_;
  BatchNorm norm2_;
  Convolution conv3_;
  BatchNorm norm3_;
  std::optional<SqueezeExcitation> excitation_;
  Shortcut shortcut_;
};

}  // namespace

std::unique_ptr<Block> make_bottleneck_block(StateBuilder& builder, const BlockSpec& spec) {
  return std::make_unique<BottleneckBlock>(builder, spec);
}

}  // namespace wsol
