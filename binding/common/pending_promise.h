#pragma once

#include <functional>
#include <optional>

#include "binding/common/coded_error.h"
#include "binding/common/napi.h"

namespace wsol::binding {

/// A promise that native code settles, on the JavaScript thread, at most once. Settling never throws: in an environment
/// that is being torn down there is nobody left to tell.
class PendingPromise {
 public:
  explicit PendingPromise(Napi::Env env);
  PendingPromise(PendingPromise&&) = default;

  /// The promise itself; valid in the handle scope of the construction.
  Napi::Value value() const { return value_; }

  /// Rejects with `failure` if there is one, else resolves with what `make_result` returns, or rejects with what it
  /// throws.
  void settle(Napi::Env env, const std::optional<CodedError>& failure,
              const std::function<Napi::Value(Napi::Env)>& make_result) noexcept;

  void reject(Napi::Env env, napi_value reason) noexcept;

 private:
  napi_deferred deferred_ = nullptr;
  Napi::Value value_;
};

/// A promise of undefined that is resolved already.
Napi::Value resolved_promise(Napi::Env env);

}  // namespace wsol::binding
