#pragma once

#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/torch/models/layers.h"
#include "native/torch/models/state.h"

namespace wsol {

/// Creates a network's layers with their initial values, and records each tensor in the order of creation, which is
/// PyTorch's state_dict order if layers are created in the order of registration there.
class StateBuilder {
 public:
  /// Values are drawn on the CPU from `seed`, then moved, so that they do not depend on the device. `padding` is that
  /// of all convolutions.
  StateBuilder(uint64_t seed, c10::Device device, Padding padding);

  /// The parameter group of what is created from here on.
  void set_role(Role role) { role_ = role; }

  /// Normal weights of standard deviation sqrt(2 / fan_out) (He et al., 2015); a bias as PyTorch's default.
  Convolution convolution(const std::string& name, int64_t in, int64_t out, int64_t kernel, int64_t stride,
                          bool with_bias = false);
  /// Weight 1, bias 0, mean 0, variance 1.
  BatchNorm batch_norm(const std::string& name, int64_t channels);
  /// PyTorch's default: uniform within 1 / sqrt(in). `as_convolution` stores the weight as [out, in, 1, 1].
  Linear linear(const std::string& name, int64_t in, int64_t out, bool as_convolution);
  /// `reduction`: ratio of the channels to those of the bottleneck between the two convolutions.
  SqueezeExcitation squeeze_excitation(const std::string& name, int64_t channels, int64_t reduction);

  std::vector<StateEntry> take() { return std::move(entries_); }

 private:
  at::Tensor parameter(const std::string& name, const at::Tensor& value);
  at::Tensor buffer(const std::string& name, const at::Tensor& value);
  at::Tensor uniform(at::IntArrayRef shape, int64_t fan_in);

  at::Generator generator_;
  c10::Device device_;
  Padding padding_;
  Role role_ = Role::kBody;
  std::vector<StateEntry> entries_;
};

}  // namespace wsol
