#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "native/torch/models/forward_context.h"
#include "native/torch/models/network_spec.h"
#include "native/torch/models/pixel_constants.h"
#include "native/torch/models/state.h"

namespace wsol {

struct NetworkOutput {
  /// [N, D, h, w], after the last ReLU; bfloat16 under autocast.
  at::Tensor feature_map;
  /// [N, C], the prediction; bfloat16 under autocast.
  at::Tensor logits;
  /// The logits of each term of the loss; the first are the prediction.
  std::vector<at::Tensor> loss_logits;
};

class Body;
class Head;

/// A classification network: a body and a head. Not thread-safe: one session owns it.
class Network {
 public:
  /// Prefer make_network.
  Network(const NetworkSpec& spec, uint64_t seed, c10::Device device);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// `images`: float32 [N, 3, H, W], normalised, on the network's device.
  NetworkOutput forward(const at::Tensor& images, const ForwardContext& context);

  const Head& head() const { return *head_; }
  const NetworkSpec& spec() const { return spec_; }
  c10::Device device() const { return device_; }
  const PixelConstants& pixels() const { return pixels_; }

  /// Parameters and buffers by PyTorch's names, in PyTorch's state_dict order; the handles share the network's memory.
  const std::vector<StateEntry>& state() const { return state_; }

  /// The trainable part of state(), in order.
  std::vector<StateEntry> parameters() const;

 private:
  const NetworkSpec spec_;
  const c10::Device device_;
  const PixelConstants pixels_;
  std::unique_ptr<Body> body_;
  std::unique_ptr<Head> head_;
  std::vector<StateEntry> state_;
  /// num_batches_tracked of all norms.
  std::vector<at::Tensor> batch_counts_;
};

/// Builds a network with channels_last weights. Initial values follow from `seed` alone, whatever the device:
/// convolutions normal with standard deviation sqrt(2 / fan_out), norms 1 and 0, other layers PyTorch's default. Throws
/// InvalidArgument naming the field of `spec` that is wrong.
std::shared_ptr<Network> make_network(const NetworkSpec& spec, uint64_t seed, c10::Device device);

}  // namespace wsol
