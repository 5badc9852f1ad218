#include "binding/common/arguments.h"
#include "binding/common/describe.h"
#include "binding/common/entry_point.h"
#include "binding/common/nccl_maker.h"
#include "binding/torch/functions.h"
#include "native/torch/distributed/backends.h"

namespace wsol::binding {

Napi::Value use_nccl(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&]() -> Napi::Value {
    const Napi::Value maker = info[0];
    void* make = nullptr;
    if (!maker.IsObject() || !maker.As<Napi::Object>().CheckTypeTag(&kNcclMakerTag) ||
        napi_unwrap(info.Env(), maker, &make) != napi_ok) {
      throw invalid_argument("maker", "the addon cuda's", describe(maker));
    }
    set_make_nccl(reinterpret_cast<MakeBackend>(make));
    return info.Env().Undefined();
  });
}

}  // namespace wsol::binding
