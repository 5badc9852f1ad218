#include "native/torch/distributed/backends.h"

#include <atomic>
#include <vector>

#include "native/torch/distributed/make_gloo.h"
#include "native/torch/errors.h"

namespace wsol {

namespace {

std::atomic<MakeBackend> make_nccl_of_addon = nullptr;

c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start) {
  const MakeBackend make = make_nccl_of_addon;
  if (make == nullptr) throw DeviceUnavailable("nccl", "the addon 'cuda', which NCCL needs, is not loaded");
  return make(store, share, to_start);
}

}  // namespace

std::span<const DistributedBackend> distributed_backends() {
  using Type = c10d::ProcessGroup::BackendType;
  static const std::vector<DistributedBackend> backends = {{"gloo", Type::GLOO, make_gloo},
                                                           {"nccl", Type::NCCL, make_nccl}};
  return backends;
}

void set_make_nccl(MakeBackend make) { make_nccl_of_addon = make; }

bool has_nccl() { return make_nccl_of_addon != nullptr; }

}  // namespace wsol
