#pragma once

#include <memory>

#include "binding/common/napi.h"
#include "binding/torch/network_session.h"

// The calls of a network, most of which its trainer shares; the caller has checked that the network may be used. Each
// returns a promise.

namespace wsol::binding {

Napi::Value infer(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info);

Napi::Value features(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info);

Napi::Value tensor_table(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info);

Napi::Value export_tensors(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info);

Napi::Value import_tensors(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info);

}  // namespace wsol::binding
