#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "binding/torch/trainer_session.h"

namespace wsol::binding {

/// `Trainer` of the ledger.
class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static constexpr const char* kName = "Trainer";
  static constexpr napi_type_tag kTypeTag = {0x2b7de9405fc146a8, 0x83e61f9c0ad57b24};

  static Napi::Function define(Napi::Env env);
  explicit TrainerObject(const Napi::CallbackInfo& info);

 private:
  using SharedCall = Napi::Value (*)(const std::shared_ptr<NetworkSession>&, const Napi::CallbackInfo&);

  template <SharedCall call>
  Napi::Value call_if_open(const Napi::CallbackInfo& info);
  Napi::Value step(const Napi::CallbackInfo& info);
  Napi::Value finish(const Napi::CallbackInfo& info);
  Napi::Value export_momentum(const Napi::CallbackInfo& info);
  Napi::Value import_momentum(const Napi::CallbackInfo& info);
  Napi::Value share_state(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value closed(const Napi::CallbackInfo& info);

  std::shared_ptr<TrainerSession> session_;
};

}  // namespace wsol::binding
