#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace wsol {

/// Whether every number of these float32 tensors on the CPU is finite. Each lies densely in memory, in any layout.
bool are_finite(const std::vector<at::Tensor>& tensors);

}  // namespace wsol
