#pragma once

#include <chrono>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "native/torch/share.h"

namespace wsol {

/// Unless the user says otherwise in the environment: by default a failure ends the process from a thread of c10d's,
/// with nothing saved and nothing said. Before any thread runs that reads the environment.
void leave_nccl_failures_to_us();

/// NCCL between the processes that meet in `store`, each on a GPU of its own, that of the first tensors it is given.
/// They connect then. Whoever makes it watches the other processes, and calls abort() where one has left. Throws
/// c10::Error without a GPU, and where LibTorch was compiled with another NCCL than this.
c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start);

}  // namespace wsol
