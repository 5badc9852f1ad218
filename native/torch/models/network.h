#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native/torch/models/state.h"

namespace wsol {

/// Which network to build.
struct NetworkSpec {
  /// One of backbone_names().
  std::string backbone;
  /// `plain`, or for preresnet18 also `activated`: batch norm and ReLU before the max-pool, and a first block without
  /// its own pre-activation.
  std::string stem;
  /// Two or more.
  int64_t num_classes;
  /// Stride of stage 4, 1 or 2; 1 doubles the final map.
  int64_t last_stride;
  /// Stride of stage 3, 1 or 2; 1 doubles the final map once more.
  int64_t layer3_stride;
};

struct NetworkOutput {
  /// [N, D, h, w], after the last ReLU; bfloat16 under autocast.
  at::Tensor feature_map;
  /// [N, C]; bfloat16 under autocast.
  at::Tensor logits;
};

/// Training mode normalises by the batch's statistics and updates the running ones; evaluation mode uses the running
/// ones.
enum class Mode { kTraining, kEvaluation };

class Block;
struct BatchNorm;
struct Convolution;
struct Linear;

/// A classification network with global average pooling and one linear layer. Not thread-safe: one session owns it.
class Network {
 public:
  /// Prefer make_network.
  Network(const NetworkSpec& spec, uint64_t seed, c10::Device device);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// `images`: float32 [N, 3, H, W], normalised, on the network's device.
  NetworkOutput forward(const at::Tensor& images, Mode mode);

  /// Row c holds class c's weight of each channel of the feature map: [C, D], float32.
  at::Tensor classifier_weight() const;

  const NetworkSpec& spec() const { return spec_; }
  c10::Device device() const { return device_; }

  /// Parameters and buffers by PyTorch's names, in PyTorch's state_dict order; the handles share the network's memory.
  const std::vector<StateEntry>& state() const { return state_; }

  /// The trainable part of state(), in order.
  std::vector<StateEntry> parameters() const;

 private:
  at::Tensor forward_stem(const at::Tensor& images, Mode mode);

  const NetworkSpec spec_;
  const c10::Device device_;
  std::vector<StateEntry> state_;
  std::unique_ptr<Convolution> stem_convolution_;
  std::unique_ptr<BatchNorm> stem_norm_;
  std::vector<std::vector<std::unique_ptr<Block>>> stages_;
  std::unique_ptr<BatchNorm> final_norm_;
  std::unique_ptr<Linear> classifier_;
};

/// Builds a network with channels_last weights. Initial values follow from `seed` alone, whatever the device:
/// convolutions normal with standard deviation sqrt(2 / fan_out), norms 1 and 0, other layers PyTorch's default. Throws
/// InvalidArgument naming the field of `spec` that is wrong.
std::shared_ptr<Network> make_network(const NetworkSpec& spec, uint64_t seed, c10::Device device);

/// Names that NetworkSpec::backbone takes.
std::vector<std::string> backbone_names();

}  // namespace wsol
