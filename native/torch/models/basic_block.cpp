#include "native/torch/models/block.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/shortcut.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

class BasicBlock final : public Block {
 public:
  // Members are initialised in the order of PyTorch's state_dict.
  BasicBlock(StateBuilder& builder, const BlockSpec& spec)
      : conv1_(builder.convolution(spec.name + ".conv1", spec.in, spec.width, 3, spec.stride)),
        norm1_(builder.batch_norm(spec.name + ".bn1", spec.width)),
        conv2_(builder.convolution(spec.name + ".conv2", spec.width, spec.width, 3, 1)),
        norm2_(builder.batch_norm(spec.name + ".bn2", spec.width)),
        shortcut_(builder, spec.name, spec.in, spec.width, spec.stride) {}

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const override {
    const at::Tensor hidden = norm1_.forward_relu(conv1_.forward(input), context);
    return norm2_.forward_add_relu(conv2_.forward(hidden), shortcut_.forward(input, context), context);
  }

 private:
  Convolution conv1_;
  BatchNorm norm1_;
  Convolution conv2_;
  BatchNorm norm2_;
  Shortcut shortcut_;
};

}  // namespace

std::unique_ptr<Block> make_basic_block(StateBuilder& builder, const BlockSpec& spec) {
  return std::make_unique<BasicBlock>(builder, spec);
}

}  // namespace wsol
