#pragma once

#include <ATen/core/Tensor.h>

#include <torch/csrc/distributed/c10d/reducer.hpp>
#include <vector>

#include "native/torch/distributed/channel.h"

namespace wsol {

/// Replaces gradients by their mean over all processes while the backward pass still runs: c10d's reducer, that of
/// DistributedDataParallel. Every parameter takes part in every pass.
class GradientReducer {
 public:
  GradientReducer(const std::vector<at::Tensor>& parameters, Channel& channel);

  void before_forward();
  void before_backward();

 private:
  Channel& channel_;
  c10d::Reducer reducer_;
};

}  // namespace wsol
