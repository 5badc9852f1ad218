#include "native/cuda/make_nccl.h"

#define USE_C10D_NCCL
#include <nccl.h>

#include <cstdlib>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

namespace wsol {

namespace {

/// Of another release the classes of c10d, which hold structures of NCCL's, would be laid out otherwise.
void check_version() {
  int found = 0;
  TORCH_CHECK(ncclGetVersion(&found) == ncclSuccess, "NCCL does not tell its version");
  // 23107 is 2.31.7.
  constexpr int kPatches = 100;
  TORCH_CHECK(found / kPatches == NCCL_VERSION_CODE / kPatches, "expected NCCL ", NCCL_VERSION_CODE,
              ", for which the addon 'cuda' is compiled, got ", found);
}

/// Unless the user says otherwise: by default a failure ends the process from a thread of c10d's, with nothing saved
/// and nothing said.
void leave_failures_to_us() {
  constexpr int kReplace = 0;
  setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", kReplace);
  setenv("TORCH_NCCL_ENABLE_MONITORING", "0", kReplace);
}

}  // namespace

c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start) {
  check_version();
  leave_failures_to_us();
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = to_start;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, static_cast<int>(share.rank),
                                                     static_cast<int>(share.world_size), options);
}

}  // namespace wsol
