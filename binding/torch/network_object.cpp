#include "binding/torch/network_object.h"

#include "binding/common/class_members.h"
#include "binding/common/entry_point.h"
#include "binding/common/type_tags.h"
#include "binding/torch/network_calls.h"
#include "binding/torch/read_options.h"

namespace wsol::binding {

Napi::Function NetworkObject::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<NetworkObject>>());
  ClassMembers<NetworkObject>(constructor)
      .promise_method<&NetworkObject::ready>("ready")
      .promise_method<&NetworkObject::call_if_free<tensor_table>>("tensorTable")
      .promise_method<&NetworkObject::call_if_free<export_tensors>>("exportTensors")
      .promise_method<&NetworkObject::call_if_free<import_tensors>>("importTensors")
      .promise_method<&NetworkObject::call_if_free<infer>>("infer")
      .promise_method<&NetworkObject::call_if_free<features>>("features")
      .promise_method<&NetworkObject::close>("close")
      .getter<&NetworkObject::closed>("closed");
  return constructor;
}

NetworkObject::NetworkObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NetworkObject>(info) {
  entry_point(info.Env(), [&] {
    session_ = NetworkSession::open(info.Env(), read_network_options(info[0]));
    tag<NetworkObject>(info);
  });
}

template <NetworkObject::SharedCall call>
Napi::Value NetworkObject::call_if_free(const Napi::CallbackInfo& info) {
  session_->check_is_free();
  return call(session_, info);
}

Napi::Value NetworkObject::ready(const Napi::CallbackInfo& info) {
  if (session_->is_closed()) session_->check_is_free();
  const auto run = [session = session_] { return session->network() != nullptr; };
  return session_->session().call(info.Env(), run, [](Napi::Env env, bool) { return env.Undefined(); });
}

Napi::Value NetworkObject::close(const Napi::CallbackInfo& info) { return session_->close(info.Env()); }

Napi::Value NetworkObject::closed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), session_->is_closed());
}

}  // namespace wsol::binding
