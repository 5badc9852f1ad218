#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "native/torch/models/forward_context.h"

namespace wsol {

class StateBuilder;

/// A residual block.
class Block {
 public:
  virtual ~Block() = default;
  virtual at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const = 0;
};

/// What a kind of block needs to build one.
struct BlockSpec {
  /// Prefix of its tensors' names, without the dot.
  std::string name;
  int64_t in;
  /// Channels between its convolutions; its output has width times the kind's expansion.
  int64_t width;
  int64_t stride;
  /// Squeeze-and-excitation ratio; 0: none.
  int64_t se_reduction;
  /// False: the input is already normalised and activated. Only a pre-activation block looks at it.
  bool preactivate;
};

using MakeBlock = std::unique_ptr<Block> (*)(StateBuilder& builder, const BlockSpec& spec);

/// Two 3x3 convolutions (He et al., CVPR 2016). Expansion 1.
std::unique_ptr<Block> make_basic_block(StateBuilder& builder, const BlockSpec& spec);
/// 1x1, 3x3 (with the stride), 1x1 convolutions. Expansion 4.
std::unique_ptr<Block> make_bottleneck_block(StateBuilder& builder, const BlockSpec& spec);
/// Norm and ReLU before each of two 3x3 convolutions (He et al., ECCV 2016). Expansion 1.
std::unique_ptr<Block> make_preactivation_block(StateBuilder& builder, const BlockSpec& spec);

}  // namespace wsol
