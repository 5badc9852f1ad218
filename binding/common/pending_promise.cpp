#include "binding/common/pending_promise.h"

#include "binding/common/environment.h"

namespace wsol::binding {

PendingPromise::PendingPromise(Napi::Env env) {
  napi_value promise;
  if (napi_create_promise(env, &deferred_, &promise) != napi_ok) throw Napi::Error::New(env);
  value_ = Napi::Value(env, promise);
}

void PendingPromise::settle(Napi::Env env, const std::optional<CodedError>& failure,
                            const std::function<Napi::Value(Napi::Env)>& make_result) noexcept {
  try {
    try {
      if (failure) throw *failure;
      const Napi::Value result = make_result(env);
      napi_resolve_deferred(env, deferred_, result);
    } catch (const Napi::Error& error) {
      reject(env, error.Value());
    } catch (...) {
      reject(env, Environment::error(env, coded_error_of(std::current_exception())).Value());
    }
  } catch (...) {
    // Only an environment in its teardown refuses to make an error.
  }
}

void PendingPromise::reject(Napi::Env env, napi_value reason) noexcept { napi_reject_deferred(env, deferred_, reason); }

Napi::Value resolved_promise(Napi::Env env) {
  PendingPromise promise(env);
  const Napi::Value value = promise.value();
  promise.settle(env, std::nullopt, [](Napi::Env env) { return env.Undefined(); });
  return value;
}

}  // namespace wsol::binding
