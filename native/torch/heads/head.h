#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "native/torch/models/backbones.h"
#include "native/torch/models/forward_context.h"
#include "native/torch/models/network_spec.h"

namespace wsol {

class StateBuilder;

/// From the feature map to logits and, for the score map `cam`, to maps of classes.
class Head {
 public:
  virtual ~Head() = default;

  /// The logits [N, C] of each term of the loss, at least one; the first are the prediction. `features`: [N, D, h, w].
  virtual std::vector<at::Tensor> forward(const at::Tensor& features, const ForwardContext& context) const = 0;

  /// Raw maps [N, K, h, w], in float32 or wider, of classes int64 [N, K].
  virtual at::Tensor class_maps(const at::Tensor& features, const at::Tensor& classes) const = 0;
};

struct HeadSpec {
  /// Channels of the feature map.
  int64_t channels;
  int64_t num_classes;
  const Naming& naming;
  const HeadSettings& settings;
};

/// A row of the table of heads.
struct HeadKind {
  const char* name;
  std::unique_ptr<Head> (*make)(StateBuilder& builder, const HeadSpec& spec);
  /// Whether score maps may be drawn from the gradient of its logits.
  bool takes_gradient_maps;
};

std::span<const HeadKind> heads();

}  // namespace wsol
