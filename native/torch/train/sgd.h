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

/// Throws InvalidArgument naming the setting that is wrong.
void validate(const SgdSettings& settings);

/// Stochastic gradient descent as torch.optim.SGD computes it (dampening 0, the first momentum buffer is the gradient).
/// One instance per parameter group.
class Sgd {
 public:
  Sgd(std::vector<at::Tensor> parameters, const SgdSettings& settings);

  /// One update from the parameters' gradients, which it then drops. Throws, changing nothing, if one has none or
  /// memory runs out.
  void step(double learning_rate);

  /// The part of a step that may fail; apply() then does the rest. Where `found_inf`, float32 on the device, is 1
  /// nothing is changed; undefined: as if it were 0.
  void prepare();
  void apply(double learning_rate, const at::Tensor& found_inf = {});

  /// One per parameter; empty before the first step and without momentum.
  const std::vector<at::Tensor>& momentum_buffers() const { return momentum_buffers_; }

  /// Continues from these buffers, one per parameter, shaped alike; none: from before the first step. Without momentum
  /// there are none to take.
  void set_momentum_buffers(std::vector<at::Tensor> buffers) { momentum_buffers_ = std::move(buffers); }
  /// Zeros where there are none yet, to be filled by another process's.
  void ensure_momentum_buffers();
  bool has_momentum() const { return settings_.momentum != 0; }

  void drop_gradients();

 private:
  std::vector<at::Tensor> parameters_;
  SgdSettings settings_;
  std::vector<at::Tensor> momentum_buffers_;
  /// What prepare() has for apply().
  std::vector<at::Tensor> gradients_;
  std::vector<at::Tensor> new_momentum_buffers_;
};

}  // namespace wsol
