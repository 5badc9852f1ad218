#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "binding/torch/network_session.h"

namespace wsol::binding {

/// `Network` of the ledger.
class NetworkObject : public Napi::ObjectWrap<NetworkObject> {
 public:
  static constexpr const char* kName = "Network";
  static constexpr napi_type_tag kTypeTag = {0x6c1f0d27b38e4a95, 0x9a52c7e41d8b306f};

  static Napi::Function define(Napi::Env env);
  explicit NetworkObject(const Napi::CallbackInfo& info);

  const std::shared_ptr<NetworkSession>& session() const { return session_; }

 private:
  using SharedCall = Napi::Value (*)(const std::shared_ptr<NetworkSession>&, const Napi::CallbackInfo&);

  template <SharedCall call>
  Napi::Value call_if_free(const Napi::CallbackInfo& info);
  Napi::Value ready(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value closed(const Napi::CallbackInfo& info);

  std::shared_ptr<NetworkSession> session_;
};

}  // namespace wsol::binding
