#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "native/torch/distributed/device_exchange.h"
#include "native/torch/distributed/gradient_reducer.h"
#include "native/torch/distributed/process_group.h"
#include "native/torch/distributed/settings.h"
#include "native/torch/kernels/batch_norm/shared_statistics.h"

namespace wsol {

/// What the processes of a run exchange in its steps.
class SharedTraining {
 public:
  /// Throws InvalidArgument for a backend that parameters on the CPU have no use for; DeviceUnavailable, LostProcess.
  SharedTraining(std::shared_ptr<ProcessGroup> processes, const std::vector<at::Tensor>& parameters,
                 const DistributedSettings& settings);

  void before_forward() { reducer_.before_forward(); }
  void before_backward() { reducer_.before_backward(); }
  /// Runs the backward pass, after which gradients are means over all processes.
  void backward(const at::Tensor& loss) const;

  /// Null where each process normalises by its own batch.
  const c10::intrusive_ptr<SharedStatistics>& statistics() const { return statistics_; }
  Channel& channel() const { return processes_->training(); }

 private:
  std::shared_ptr<ProcessGroup> processes_;
  /// None where Gloo exchanges everything.
  std::unique_ptr<DeviceExchange> exchange_;
  GradientReducer reducer_;
  c10::intrusive_ptr<SharedStatistics> statistics_;
};

}  // namespace wsol
