#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "binding/torch/process_group_session.h"

namespace wsol::binding {

/// `ProcessGroup` of the ledger.
class ProcessGroupObject : public Napi::ObjectWrap<ProcessGroupObject> {
 public:
  static constexpr const char* kName = "ProcessGroup";
  static constexpr napi_type_tag kTypeTag = {0x51d8c3fa2e7b4096, 0xb04e69d71fa385c2};

  static Napi::Function define(Napi::Env env);
  explicit ProcessGroupObject(const Napi::CallbackInfo& info);

  const std::shared_ptr<ProcessGroupSession>& session() const { return session_; }

 private:
  Napi::Value ready(const Napi::CallbackInfo& info);
  Napi::Value gather(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value closed(const Napi::CallbackInfo& info);

  std::shared_ptr<ProcessGroupSession> session_;
};

}  // namespace wsol::binding
