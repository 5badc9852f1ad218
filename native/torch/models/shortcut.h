#pragma once

#include <optional>
#include <string>

#include "native/torch/models/fused_convolution.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

/// The way around a post-activation block: a 1x1 convolution and a norm where the shape changes, else the input itself.
class Shortcut {
 public:
  Shortcut(StateBuilder& builder, const std::string& block, int64_t in, int64_t out, int64_t stride) {
    if (in == out && stride == 1) return;
    const int64_t kernel = 1;
    const Convolution convolution = builder.convolution(block + ".downsample.0", in, out, kernel, stride);
    projection_.emplace(convolution, builder.batch_norm(block + ".downsample.1", out));
  }

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const {
    return projection_ ? projection_->forward(input, context) : input;
  }

 private:
  std::optional<FusedConvolution> projection_;
};

}  // namespace wsol
