#pragma once

#include "binding/common/entry_point.h"
#include "binding/common/napi.h"
#include "binding/common/type_tags.h"

namespace wsol::binding {

/// Gives a wrapped class its methods and getters. Each proves its receiver by the type tag first: what a script takes
/// off the prototype and calls on a foreign object is refused with ERR_WSOL_ARGUMENT. (Those of napi_define_class leave
/// that to the engine, which tells nothing of it for getters, and no code for methods.)
template <typename Class>
class ClassMembers {
 public:
  using Member = Napi::Value (Class::*)(const Napi::CallbackInfo&);

  explicit ClassMembers(const Napi::Function& constructor)
      : env_(constructor.Env()), prototype_(constructor.Get("prototype").As<Napi::Object>()) {}

  /// What it throws reaches JavaScript as a coded error.
  template <Member member>
  ClassMembers& method(const char* name) {
    return function<call<member>>(name);
  }

  /// One that returns a promise: it rejects and never throws.
  template <Member member>
  ClassMembers& promise_method(const char* name) {
    return function<call_promise<member>>(name);
  }

  template <Member member>
  ClassMembers& getter(const char* name) {
    prototype_.DefineProperty(Napi::PropertyDescriptor::Accessor<call<member>>(name));
    return *this;
  }

 private:
  static Class& receiver(const Napi::CallbackInfo& info) { return read_wrapped<Class>(info.This(), "this"); }

  template <Member member>
  static Napi::Value call(const Napi::CallbackInfo& info) {
    return entry_point(info.Env(), [&] { return (receiver(info).*member)(info); });
  }

  template <Member member>
  static Napi::Value call_promise(const Napi::CallbackInfo& info) {
    return promise_entry_point(info.Env(), [&] { return (receiver(info).*member)(info); });
  }

  template <Napi::Value (*callback)(const Napi::CallbackInfo&)>
  ClassMembers& function(const char* name) {
    const Napi::Function function = Napi::Function::New<callback>(env_, name);
    prototype_.DefineProperty(Napi::PropertyDescriptor::Value(name, function));
    return *this;
  }

  const Napi::Env env_;
  Napi::Object prototype_;
};

}  // namespace wsol::binding
