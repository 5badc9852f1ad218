#pragma once

#include <ATen/core/Tensor.h>

#include <utility>
#include <vector>

namespace wsol {

struct SgdSettings {
  double momentum;
  /// Needs a momentum above 0.
  bool nesterov;
  double weight_decay;
};

/// Stochastic gradient descent as torch.optim.SGD computes it (dampening 0, the first momentum buffer is the gradient).
/// One instance per parameter group.
class Sgd {
 public:
  Sgd(std::vector<at::Tensor> parameters, const SgdSettings& settings);

  /// One update from the parameters' gradients, which it then drops. Throws Error, changing nothing, if one has none.
  void step(double learning_rate);

  /// One per parameter; empty before the first step and without momentum.
  const std::vector<at::Tensor>& momentum_buffers() const { return momentum_buffers_; }

  /// Continues from these buffers, one per parameter, shaped alike; none: from before the first step.
  void set_momentum_buffers(std::vector<at::Tensor> buffers) { momentum_buffers_ = std::move(buffers); }

  void drop_gradients();

 private:
  std::vector<at::Tensor> parameters_;
  SgdSettings settings_;
  std::vector<at::Tensor> momentum_buffers_;
};

}  // namespace wsol
