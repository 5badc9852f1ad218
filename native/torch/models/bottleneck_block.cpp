#include "native/torch/models/block.h"
#include "native/torch/models/fused_convolution.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/shortcut.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

constexpr int64_t kExpansion = 4;

class BottleneckBlock final : public Block {
 public:
  // Members, and what stands in braces, are initialised in the order of PyTorch's state_dict.
  BottleneckBlock(StateBuilder& builder, const BlockSpec& spec)
      : first_{builder.convolution(spec.name + ".conv1", spec.in, spec.width, 1, 1),
               builder.batch_norm(spec.name + ".bn1", spec.width)},
        second_{builder.convolution(spec.name + ".conv2", spec.width, spec.width, 3, spec.stride),
                builder.batch_norm(spec.name + ".bn2", spec.width)},
        third_{builder.convolution(spec.name + ".conv3", spec.width, spec.width * kExpansion, 1, 1),
               builder.batch_norm(spec.name + ".bn3", spec.width * kExpansion)},
        excitation_(spec.se_reduction == 0 ? std::nullopt
                                           : std::optional(builder.squeeze_excitation(
                                                 spec.name + ".se", spec.width * kExpansion, spec.se_reduction))),
        shortcut_(builder, spec.name, spec.in, spec.width * kExpansion, spec.stride) {}

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const override {
    at::Tensor hidden = first_.forward(input, context, {.relu = true});
    hidden = second_.forward(hidden, context, {.relu = true});
    const at::Tensor around = shortcut_.forward(input, context);
    if (!excitation_) return third_.forward(hidden, context, {.residual = around, .relu = true});
    return third_.forward_excited(hidden, context, *excitation_, around);
  }

 private:
  FusedConvolution first_;
  FusedConvolution second_;
  FusedConvolution third_;
  std::optional<SqueezeExcitation> excitation_;
  Shortcut shortcut_;
};

}  // namespace

std::unique_ptr<Block> make_bottleneck_block(StateBuilder& builder, const BlockSpec& spec) {
  return std::make_unique<BottleneckBlock>(builder, spec);
}

}  // namespace wsol
