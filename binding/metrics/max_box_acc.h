#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "native/metrics/max_box_acc.h"

namespace wsol::binding {

/// `MaxBoxAcc` of the ledger (lib/native/metrics-addon.ts).
class NativeMaxBoxAcc : public Napi::ObjectWrap<NativeMaxBoxAcc> {
 public:
  static constexpr napi_type_tag kTypeTag = {0x6d0c3f1e5a7b4e21, 0x9f41d2c87be0a653};
  static constexpr const char* kName = "MaxBoxAcc";

  static Napi::Function define(Napi::Env env);
  explicit NativeMaxBoxAcc(const Napi::CallbackInfo& info);

 private:
  Napi::Value update(const Napi::CallbackInfo& info);
  Napi::Value update_per_image(const Napi::CallbackInfo& info);
  Napi::Value counts(const Napi::CallbackInfo& info);
  Napi::Value merge(const Napi::CallbackInfo& info);
  Napi::Value reset(const Napi::CallbackInfo& info);

  /// Shared with the updates under way.
  std::shared_ptr<MaxBoxAcc> metric_;
};

}  // namespace wsol::binding
