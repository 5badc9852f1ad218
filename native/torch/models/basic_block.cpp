#include "native/torch/models/block.h"
#include "native/torch/models/fused_convolution.h"
#include "native/torch/models/shortcut.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

class BasicBlock final : public Block {
 public:
  // Members, and what stands in braces, are initialised in the order of PyTorch's state_dict.
  BasicBlock(StateBuilder& builder, const BlockSpec& spec)
      : first_{builder.convolution(spec.name + ".conv1", spec.in, spec.width, 3, spec.stride),
               builder.batch_norm(spec.name + ".bn1", spec.width)},
        second_{builder.convolution(spec.name + ".conv2", spec.width, spec.width, 3, 1),
                builder.batch_norm(spec.name + ".bn2", spec.width)},
        shortcut_(builder, spec.name, spec.in, spec.width, spec.stride) {}

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const override {
    const at::Tensor hidden = first_.forward(input, context, {.relu = true});
    return second_.forward(hidden, context, {.residual = shortcut_.forward(input, context), .relu = true});
  }

 private:
  FusedConvolution first_;
  FusedConvolution second_;
  Shortcut shortcut_;
};

}  // namespace

std::unique_ptr<Block> make_basic_block(StateBuilder& builder, const BlockSpec& spec) {
  return std::make_unique<BasicBlock>(builder, spec);
}

}  // namespace wsol
