#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "native/torch/kernels/batch_norm/batch_norm.h"
#include "native/torch/models/forward_context.h"
#include "native/torch/models/padding.h"

namespace wsol {

/// Convolution with a square kernel, padded to keep the size at stride 1.
struct Convolution {
  at::Tensor weight;
  /// Undefined without a bias.
  at::Tensor bias;
  int64_t stride;
  Padding padding;

  at::Tensor forward(const at::Tensor& input) const;
};

/// A norm by fixed statistics: each channel times `scale` plus `shift`, both [C] in float64.
struct ScaleAndShift {
  at::Tensor scale;
  at::Tensor shift;
};

struct SqueezeExcitation;

/// Batch normalisation over N, H, W: eps 1e-5, running statistics moved by a tenth.
struct BatchNorm {
  at::Tensor weight;
  at::Tensor bias;
  at::Tensor running_mean;
  at::Tensor running_var;
  /// Counted by the network, of all norms at once.
  at::Tensor num_batches_tracked;

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context) const {
    return forward_with(input, context, {});
  }
  at::Tensor forward_relu(const at::Tensor& input, const ForwardContext& context) const {
    return forward_with(input, context, {.relu = true});
  }
  at::Tensor forward_with(const at::Tensor& input, const ForwardContext& context, const AfterNorm& after) const;
  /// relu(excited norm + residual), in training.
  at::Tensor forward_excited(const at::Tensor& input, const ForwardContext& context,
                             const SqueezeExcitation& excitation, const at::Tensor& residual) const;

  /// What it is in evaluation.
  ScaleAndShift in_evaluation() const;
};

/// What follows a norm, or a convolution without one; `map` may change.
at::Tensor followed(at::Tensor map, const AfterNorm& after);

/// Whether weights may be used as prepared by whoever computes no gradients and leaves the network as it is.
bool is_inference(const ForwardContext& context);

struct Linear {
  /// [C, D], or [C, D, 1, 1] where the public checkpoints store it so.
  at::Tensor weight;
  at::Tensor bias;

  at::Tensor forward(const at::Tensor& input) const;
};

/// Squeeze and excitation: each channel scaled by a sigmoid of the channel means (Hu et al., CVPR 2018).
struct SqueezeExcitation {
  Convolution reduce;
  Convolution expand;

  /// relu(excited input + residual).
  at::Tensor forward_add_relu(const at::Tensor& input, const at::Tensor& residual) const;
  /// Of the means of each image's channels, [N, C, 1, 1].
  at::Tensor scale_of(const at::Tensor& means) const;
};

}  // namespace wsol
