#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "native/metrics/pixel_ap.h"

namespace wsol::binding {

/// `PixelAp` of the ledger (lib/native/metrics-addon.ts).
class NativePixelAp : public Napi::ObjectWrap<NativePixelAp> {
 public:
  static constexpr napi_type_tag kTypeTag = {0x2b8e94a1c3d64f07, 0x8a5c17e6f0d93b42};
  static constexpr const char* kName = "PixelAp";

  static Napi::Function define(Napi::Env env);
  explicit NativePixelAp(const Napi::CallbackInfo& info);

 private:
  Napi::Value update(const Napi::CallbackInfo& info);
  Napi::Value update_per_image(const Napi::CallbackInfo& info);
  Napi::Value counts(const Napi::CallbackInfo& info);
  Napi::Value merge(const Napi::CallbackInfo& info);
  Napi::Value reset(const Napi::CallbackInfo& info);

  /// Shared with the updates under way.
  std::shared_ptr<PixelAp> metric_;
};

}  // namespace wsol::binding
