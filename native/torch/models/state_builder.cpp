#include "native/torch/models/state_builder.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace wsol {

StateBuilder::StateBuilder(uint64_t seed, c10::Device device, Padding padding)
    : generator_(at::detail::createCPUGenerator(seed)), device_(device), padding_(padding) {}

at::Tensor StateBuilder::parameter(const std::string& name, const at::Tensor& value) {
  at::Tensor tensor = value.to(device_);
  if (tensor.dim() == 4) tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
  tensor.requires_grad_();
  entries_.push_back({name, tensor, role_});
  return tensor;
}

at::Tensor StateBuilder::buffer(const std::string& name, const at::Tensor& value) {
  at::Tensor tensor = value.to(device_);
  entries_.push_back({name, tensor, Role::kBuffer});
  return tensor;
}

at::Tensor StateBuilder::uniform(at::IntArrayRef shape, int64_t fan_in) {
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return at::empty(shape).uniform_(-bound, bound, generator_);
}

Convolution StateBuilder::convolution(const std::string& name, int64_t in, int64_t out, int64_t kernel, int64_t stride,
                                      bool with_bias) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(out * kernel * kernel));
  const at::Tensor weight =
      parameter(name + ".weight", at::empty({out, in, kernel, kernel}).normal_(0, deviation, generator_));
  const at::Tensor bias = with_bias ? parameter(name + ".bias", uniform({out}, in * kernel * kernel)) : at::Tensor();
  return {.weight = weight, .bias = bias, .stride = stride, .padding = padding_};
}

BatchNorm StateBuilder::batch_norm(const std::string& name, int64_t channels) {
  // Braces evaluate in order, so the entries come in PyTorch's.
  return {.weight = parameter(name + ".weight", at::ones({channels})),
          .bias = parameter(name + ".bias", at::zeros({channels})),
          .running_mean = buffer(name + ".running_mean", at::zeros({channels})),
          .running_var = buffer(name + ".running_var", at::ones({channels})),
          .num_batches_tracked = buffer(name + ".num_batches_tracked", at::zeros({}, at::kLong))};
}

Linear StateBuilder::linear(const std::string& name, int64_t in, int64_t out, bool as_convolution) {
  at::Tensor weight = uniform({out, in}, in);
  if (as_convolution) weight = weight.view({out, in, 1, 1});
  return {.weight = parameter(name + ".weight", weight), .bias = parameter(name + ".bias", uniform({out}, in))};
}

SqueezeExcitation StateBuilder::squeeze_excitation(const std::string& name, int64_t channels, int64_t reduction) {
  const int64_t kernel = 1, stride = 1;
  const bool with_bias = true;
  return {.reduce = convolution(name + ".fc1", channels, channels / reduction, kernel, stride, with_bias),
          .expand = convolution(name + ".fc2", channels / reduction, channels, kernel, stride, with_bias)};
}

}  // namespace wsol
