#pragma once

#include <string>

#include "binding/common/coded_error.h"
#include "binding/common/describe.h"
#include "binding/common/napi.h"

namespace wsol::binding {

/// The native object behind a wrapped one that came as an argument, once its type tag proves its class. `Class` is an
/// ObjectWrap with `static constexpr napi_type_tag kTypeTag` and `static constexpr const char* kName`.
template <typename Class>
Class& read_wrapped(const Napi::Value& value, const std::string& parameter) {
  const auto is_tagged = [&] { return value.As<Napi::Object>().CheckTypeTag(&Class::kTypeTag); };
  if (!value.IsObject() || value.IsFunction() || !is_tagged()) {
    throw invalid_argument(parameter, std::string("a ") + Class::kName, describe(value));
  }
  return *Class::Unwrap(value.As<Napi::Object>());
}

/// Marks `this` in the constructor of such a class, as the last thing that can throw.
template <typename Class>
void tag(const Napi::CallbackInfo& info) {
  info.This().As<Napi::Object>().TypeTag(&Class::kTypeTag);
}

}  // namespace wsol::binding
