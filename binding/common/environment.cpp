#include "binding/common/environment.h"

#include "binding/common/describe.h"
#include "binding/common/entry_point.h"
#include "binding/common/native_work.h"

namespace wsol::binding {

namespace {

Napi::Object details_object(Napi::Env env, const Details& details) {
  Napi::Object object = Napi::Object::New(env);
  for (const auto& [name, detail] : details) {
    if (const double* number = std::get_if<double>(&detail)) {
      object.Set(name, *number);
    } else {
      object.Set(name, std::get<std::string>(detail));
    }
  }
  return object;
}

Napi::Error plain_error(Napi::Env env, const CodedError& error) {
  Napi::Error plain = Napi::Error::New(env, error.what());
  plain.Set("code", error.code);
  plain.Set("details", details_object(env, error.details));
  return plain;
}

}  // namespace

void Environment::install(Napi::Env env, Napi::Object exports) {
  NativeWork::guard_exit();
  env.SetInstanceData(new Environment);
  const auto set_create_error = [](const Napi::CallbackInfo& info) {
    entry_point(info.Env(), [&] {
      const Napi::Value factory = info[0];
      if (!factory.IsFunction()) throw invalid_argument("createError", "a function", describe(factory));
      info.Env().GetInstanceData<Environment>()->create_error_ = Napi::Persistent(factory.As<Napi::Function>());
    });
  };
  exports.Set("setCreateError", Napi::Function::New(env, set_create_error, "setCreateError"));
}

Napi::Error Environment::error(Napi::Env env, const CodedError& error) {
  const auto* environment = env.GetInstanceData<Environment>();
  if (environment == nullptr || environment->create_error_.IsEmpty()) return plain_error(env, error);
  const Napi::Value created = environment->create_error_.Call(
      {Napi::String::New(env, error.code), Napi::String::New(env, error.what()), details_object(env, error.details)});
  return created.IsObject() ? Napi::Error(env, created) : plain_error(env, error);
}

}  // namespace wsol::binding
