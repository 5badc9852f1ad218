#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/FunctionRef.h>

#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <vector>

#include "native/torch/distributed/backends.h"
#include "native/torch/share.h"

namespace wsol {

/// One sequence of calls that all processes of a run make alike, on LibTorch's c10d over Gloo. Each waits for the
/// others, and throws LostProcess where one is gone.
class Channel {
 public:
  /// Connects with the other processes, which meet in `store` under the same `name`.
  Channel(const c10::intrusive_ptr<c10d::Store>& store, const std::string& name, const Share& share,
          std::chrono::milliseconds to_start);

  const Share& share() const { return share_; }

  /// From now on what lies on GPUs goes by a backend that is made for it, and returned. All call it alike. Throws
  /// DeviceUnavailable, or what keeps it from being made.
  c10::intrusive_ptr<c10d::Backend> exchange_on_gpus_by(const DistributedBackend& backend);
  /// Everything again, through the CPU's memory.
  void exchange_by_gloo() { set_group(gloo_, c10d::ProcessGroup::BackendType::GLOO); }

  /// In place: the sum of all processes' values.
  void sum(const at::Tensor& values);

  /// In place: rank 0's values.
  void broadcast(const std::vector<at::Tensor>& tensors);

  /// Bytes [n] of each process by rank, on the CPU; each may have another number of them.
  std::vector<at::Tensor> gather(const at::Tensor& bytes);

  /// Runs what waits for the others by itself, as c10d's reducer does. What is wrong with this process is thrown as it
  /// is.
  void run(c10::function_ref<void()> wait) const;

  const c10::intrusive_ptr<c10d::ProcessGroup>& group() const { return group_; }

 private:
  void set_group(const c10::intrusive_ptr<c10d::Backend>& on_gpus, c10d::ProcessGroup::BackendType type);

  Share share_;
  std::chrono::milliseconds to_start_;
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<c10d::Backend> gloo_;
  /// Which backend takes tensors of which device.
  c10::intrusive_ptr<c10d::ProcessGroup> group_;
  int64_t exchanges_ = 0;
};

}  // namespace wsol
