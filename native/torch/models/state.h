#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace wsol {

/// What a tensor of a network is to training.
enum class Role {
  /// Trained, in the parameter group of the body.
  kBody,
  /// Trained, in the classifier's parameter group: the linear layer, the last stage and a norm that follows it.
  kClassifier,
  /// Not trained: running statistics and their counters.
  kBuffer,
};

/// One parameter or buffer of a network.
struct StateEntry {
  std::string name;
  at::Tensor tensor;
  Role role;
};

}  // namespace wsol
