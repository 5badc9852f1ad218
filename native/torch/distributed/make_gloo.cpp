#include "native/torch/distributed/make_gloo.h"

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

namespace wsol {

c10::intrusive_ptr<c10d::Backend> make_gloo(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start) {
  auto backend = c10::make_intrusive<c10d::ProcessGroupGloo>(store, static_cast<int>(share.rank),
                                                             static_cast<int>(share.world_size),
                                                             c10d::ProcessGroupGloo::Options::create_default(to_start));
  backend->setTimeout(kBackendDefaultTimeout);
  return backend;
}

}  // namespace wsol
