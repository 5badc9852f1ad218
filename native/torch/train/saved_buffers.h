#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "native/torch/models/network.h"

namespace wsol {

/// What a network's buffers, its running statistics, held before the last steps: a step changes them before it is known
/// whether it counts.
class SavedBuffers {
 public:
  /// Of so many steps.
  SavedBuffers(const Network& network, size_t steps);

  /// Before each step.
  void save();

  /// Puts back what save() found, `before` calls before the last one, and forgets those calls.
  void restore(size_t before = 0);

 private:
  /// Of one dtype, and their copies, by step.
  struct Group {
    std::vector<at::Tensor> buffers;
    std::vector<std::vector<at::Tensor>> copies;
  };

  size_t steps_;
  size_t last_ = 0;
  std::vector<Group> groups_;
};

}  // namespace wsol
