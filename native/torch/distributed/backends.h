#pragma once

#include <chrono>
#include <span>
#include <string>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>

#include "native/torch/share.h"

namespace wsol {

using MakeBackend = c10::intrusive_ptr<c10d::Backend> (*)(const c10::intrusive_ptr<c10d::Store>& store,
                                                          const Share& share, std::chrono::milliseconds to_start);

/// By what processes exchange tensors that lie on a GPU. Those on the CPU go by Gloo.
struct DistributedBackend {
  std::string name;
  c10d::ProcessGroup::BackendType type;
  /// Throws DeviceUnavailable where this process lacks what it takes, and what LibTorch throws.
  MakeBackend make;
};

/// `gloo`, through the CPU's memory, and `nccl`, from GPU to GPU.
std::span<const DistributedBackend> distributed_backends();

/// What makes NCCL, of the addon that is linked with CUDA's own libraries; not set, there is none.
void set_make_nccl(MakeBackend make);
bool has_nccl();

}  // namespace wsol
