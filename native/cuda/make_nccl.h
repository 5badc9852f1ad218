#pragma once

#include <chrono>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "native/torch/share.h"

namespace wsol {

/// NCCL between the processes that meet in `store`, each on a GPU of its own, that of the first tensors it is given.
/// They connect then. Whoever makes it watches the other processes, and calls abort() where one is gone. Throws
/// c10::Error without a GPU, and where NCCL is not the one that this was compiled for.
c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start);

}  // namespace wsol
