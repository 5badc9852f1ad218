#include <torch/version.h>

#include "binding/common/napi.h"
#include "binding/common/nccl_maker.h"
#include "native/cuda/make_nccl.h"

namespace wsol::binding {

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  const Napi::Object maker = Napi::Object::New(env);
  napi_wrap(env, maker, reinterpret_cast<void*>(&make_nccl), nullptr, nullptr, nullptr);
  maker.TypeTag(&kNcclMakerTag);
  exports.Set("builtFor", TORCH_VERSION);
  exports.Set("ncclMaker", maker);
  return exports;
}

}  // namespace

NODE_API_MODULE(wsol_cuda_addon, init)

}  // namespace wsol::binding
