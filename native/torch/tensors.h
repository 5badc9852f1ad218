#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "native/torch/models/network.h"

namespace wsol {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

/// safetensors' word for a dtype: `F32`, `F64`, `I64`, `BF16`, …; throws InvalidArgument for one it does not know.
std::string dtype_name(at::ScalarType dtype);

/// The dtype of safetensors' word; throws InvalidArgument.
at::ScalarType parse_dtype(const std::string& name);

/// Copies of the network's parameters and buffers on the CPU, contiguous, in PyTorch's state_dict order.
std::vector<NamedTensor> export_tensors(const Network& network);

/// Overwrites the network's tensors with exactly these: every name, shape and dtype must fit, in any order. Otherwise
/// throws TensorMismatch naming the first offender, and nothing is changed.
void import_tensors(Network& network, const std::vector<NamedTensor>& tensors);

/// What import_tensors and Trainer::import_momentum share: copies `sources` into `targets` by name, all or nothing.
void copy_by_name(const std::vector<NamedTensor>& targets, const std::vector<NamedTensor>& sources);

}  // namespace wsol
