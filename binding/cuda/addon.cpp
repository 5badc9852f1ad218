#include <torch/version.h>

#include "binding/common/napi.h"
#include "binding/common/nccl_maker.h"
#include "native/cuda/make_nccl.h"
#include "native/torch/distributed/backends.h"

namespace wsol::binding {

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  leave_nccl_failures_to_us();
  constexpr MakeBackend kMake = &make_nccl;
  const Napi::Object maker = Napi::Object::New(env);
  if (napi_wrap(env, maker, reinterpret_cast<void*>(kMake), nullptr, nullptr, nullptr) != napi_ok) {
    throw Napi::Error::New(env);
  }
  maker.TypeTag(&kNcclMakerTag);
  exports.Set("builtFor", TORCH_VERSION);
  exports.Set("ncclMaker", maker);
  return exports;
}

}  // namespace

NODE_API_MODULE(wsol_cuda_addon, init)

}  // namespace wsol::binding
