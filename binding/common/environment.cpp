#include "binding/common/environment.h"

#include "binding/common/describe.h"
#include "binding/common/entry_point.h"

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
  auto* const environment = new Environment;
  env.SetInstanceData(environment);
  environment->listen_for_exit(env);
  const auto set_create_error = [](const Napi::CallbackInfo& info) {
    entry_point(info.Env(), [&] {
      const Napi::Value factory = info[0];
      if (!factory.IsFunction()) throw invalid_argument("createError", "a function", describe(factory));
      info.Env().GetInstanceData<Environment>()->create_error_ = Napi::Persistent(factory.As<Napi::Function>());
    });
  };
  exports.Set("setCreateError", Napi::Function::New(env, set_create_error, "setCreateError"));
}

void Environment::listen_for_exit(Napi::Env env) {
  const Napi::Value process = env.Global().Get("process");
  if (!process.IsObject()) return;
  const Napi::Value on = process.As<Napi::Object>().Get("on");
  if (!on.IsFunction()) return;
  const auto stop_all = [](const Napi::CallbackInfo& info) {
    auto& hooks = info.Env().GetInstanceData<Environment>()->teardown_hooks_;
    while (!hooks.empty()) {
      const auto [hook, data] = hooks.back();
      hooks.pop_back();
      hook(data);
    }
  };
  on.As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), Napi::Function::New(env, stop_all)});
}

void Environment::add_teardown_hook(Napi::Env env, Hook hook, void* data) {
  env.GetInstanceData<Environment>()->teardown_hooks_.emplace_back(hook, data);
  napi_add_env_cleanup_hook(env, hook, data);
}

void Environment::remove_teardown_hook(Napi::Env env, Hook hook, void* data) {
  std::erase(env.GetInstanceData<Environment>()->teardown_hooks_, std::pair(hook, data));
  napi_remove_env_cleanup_hook(env, hook, data);
}

Napi::Error Environment::error(Napi::Env env, const CodedError& error) {
  const auto* environment = env.GetInstanceData<Environment>();
  if (environment == nullptr || environment->create_error_.IsEmpty()) return plain_error(env, error);
  const Napi::Value created = environment->create_error_.Call(
      {Napi::String::New(env, error.code), Napi::String::New(env, error.what()), details_object(env, error.details)});
  return created.IsObject() ? Napi::Error(env, created) : plain_error(env, error);
}

}  // namespace wsol::binding
