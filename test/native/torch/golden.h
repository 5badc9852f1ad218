#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "native/torch/models/network.h"
#include "torch/json.h"

namespace wsol::test {

/// ../shared/golden/backbones-and-losses.json where that folder is, else the fixture made from it.
const Json& golden();

/// The same for methods.json.
const Json& golden_methods();

/// Losses and gradient norms of the same networks in float64: fixtures/float64-gradients.json.
const Json& float64_gradients();

/// The rule's numbers in [0, 1) for a tensor of this name and shape, float64, as they come.
at::Tensor golden_values(const std::string& name, at::IntArrayRef shape);

/// The golden numbers' deterministic values for a tensor of this name and shape, float32.
at::Tensor golden_fill(const std::string& name, at::IntArrayRef shape);

/// Fills parameters and buffers by the rule.
void fill_by_rule(Network& network);

/// Changes the floating point tensors of a network, and the layout of its images-like ones.
void convert(Network& network, at::ScalarType dtype, at::MemoryFormat layout);

/// ImageNet's.
PixelStatistics imagenet_pixels();

/// Plain stem, last stride 1, linear head, ImageNet's pixels, one class per image.
NetworkSpec plain_spec(const std::string& backbone, int64_t num_classes);

/// A network of the golden numbers: 11 classes, plain stem, linear head.
NetworkSpec golden_spec(const std::string& backbone, int64_t last_stride);

/// A nested array of numbers as a float64 tensor of the given shape.
at::Tensor as_tensor(const Json& numbers, at::IntArrayRef shape);

/// Largest absolute difference, over the range of `expected`.
double difference_over_range(const at::Tensor& actual, const at::Tensor& expected);

}  // namespace wsol::test
