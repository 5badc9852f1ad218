#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "native/metrics/bootstrap/bootstrap.h"

namespace wsol::binding {

/// `Bootstrap` of the ledger (lib/native/metrics-addon.ts).
class NativeBootstrap : public Napi::ObjectWrap<NativeBootstrap> {
 public:
  static constexpr napi_type_tag kTypeTag = {0x51f7b0c4d92e4a68, 0xb3e60f7a1c8d5294};
  static constexpr const char* kName = "Bootstrap";

  static Napi::Function define(Napi::Env env);
  explicit NativeBootstrap(const Napi::CallbackInfo& info);

 private:
  Napi::Value resample(const Napi::CallbackInfo& info);
  Napi::Value resample_pixels(const Napi::CallbackInfo& info);
  Napi::Value observed(const Napi::CallbackInfo& info);

  /// Shared with the calls under way.
  std::shared_ptr<const Bootstrap> bootstrap_;
};

}  // namespace wsol::binding
