#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "native/torch/models/backbones.h"
#include "native/torch/models/forward_context.h"
#include "native/torch/models/fused_convolution.h"
#include "native/torch/models/layers.h"
#include "native/torch/models/network_spec.h"

namespace wsol {

/// Stem, four stages of residual blocks and, for some backbones, a final norm: from images to the feature map.
class Body {
 public:
  Body(StateBuilder& builder, const NetworkSpec& spec, const Backbone& backbone);

  /// `images`: float32 [N, 3, H, W], normalised; [N, channels(), h, w], after the last ReLU.
  at::Tensor forward(const at::Tensor& images, const ForwardContext& context) const;

  int64_t channels() const { return channels_; }

 private:
  at::Tensor forward_stem(const at::Tensor& images, const ForwardContext& context) const;

  Padding padding_;
  bool stem_is_activated_;
  FusedConvolution stem_;
  std::vector<std::vector<std::unique_ptr<Block>>> stages_;
  std::optional<BatchNorm> final_norm_;
  int64_t channels_;
};

}  // namespace wsol
