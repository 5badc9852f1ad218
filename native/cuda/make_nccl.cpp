#include "native/cuda/make_nccl.h"

#define USE_C10D_NCCL
#include <c10/util/env.h>
#include <nccl.h>
#include <torch/csrc/cuda/nccl.h>

#include <cstdint>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

namespace wsol {

namespace {

/// The classes of c10d hold structures of NCCL's, which another release of it lays out otherwise: LibTorch and this
/// must be compiled with the same one.
void check_version() {
  constexpr uint64_t kOwn = (uint64_t{NCCL_MAJOR} << 32) | (uint64_t{NCCL_MINOR} << 16) | uint64_t{NCCL_PATCH};
  const uint64_t torchs = torch::cuda::nccl::version();
  TORCH_CHECK(torchs == kOwn, "expected LibTorch to be compiled with NCCL ", NCCL_MAJOR, ".", NCCL_MINOR, ".",
              NCCL_PATCH, ", as the addon 'cuda' is, got ", torchs >> 32, ".", (torchs >> 16) & 0xFFFF, ".",
              torchs & 0xFFFF);
}

}  // namespace

void leave_nccl_failures_to_us() {
  const bool replaces = false;
  c10::utils::set_env("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", replaces);
  c10::utils::set_env("TORCH_NCCL_ENABLE_MONITORING", "0", replaces);
}

c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start) {
  check_version();
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = to_start;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, static_cast<int>(share.rank),
                                                     static_cast<int>(share.world_size), options);
}

}  // namespace wsol
