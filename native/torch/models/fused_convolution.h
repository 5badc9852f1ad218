#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "native/torch/models/forward_context.h"
#include "native/torch/models/layers.h"

namespace wsol {

/// A convolution, the norm right behind it, if there is one, and what follows. Where no gradients are wanted in
/// evaluation the norm is folded into the weights, which are laid out once for many passes, until one of the tensors
/// changes; the result is the same up to rounding.
class FusedConvolution {
 public:
  explicit FusedConvolution(Convolution convolution, std::optional<BatchNorm> norm = std::nullopt);

  at::Tensor forward(const at::Tensor& input, const ForwardContext& context, const AfterNorm& after = {}) const;

  /// relu(excited output + residual).
  at::Tensor forward_excited(const at::Tensor& input, const ForwardContext& context,
                             const SqueezeExcitation& excitation, const at::Tensor& residual) const;

  at::ScalarType dtype() const { return convolution_.weight.scalar_type(); }

 private:
  /// Weights for maps of one element, as far as they were asked for.
  struct Prepared {
    at::ScalarType element;
    /// [K], float32, or float64 where the network is.
    at::Tensor bias;
    /// For minimal filtering.
    at::Tensor transformed;
    /// As oneDNN lays them out.
    at::Tensor packed;
    /// As they come.
    at::Tensor plain;
  };

  /// Where a tensor lies, and how often it was written.
  struct Revision {
    const void* data;
    uint32_t version;
    bool operator==(const Revision&) const = default;
  };

  at::Tensor convolve(const at::Tensor& input, const ForwardContext& context) const;
  at::Tensor forward_folded(const at::Tensor& input, const AfterNorm& after) const;
  Prepared& prepared_for(at::ScalarType element) const;
  std::vector<Revision> revisions() const;
  at::Tensor folded_weight() const;
  at::Tensor folded_bias() const;

  Convolution convolution_;
  std::optional<BatchNorm> norm_;
  mutable std::vector<Revision> prepared_of_;
  mutable std::vector<Prepared> prepared_;
};

}  // namespace wsol
