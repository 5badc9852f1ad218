#pragma once

#include <utility>

#include "binding/common/coded_error.h"
#include "binding/common/environment.h"
#include "binding/common/napi.h"
#include "binding/common/pending_promise.h"

namespace wsol::binding {

/// Runs the body of a function that JavaScript calls: what it throws reaches the caller as a JavaScript error.
template <typename Body>
auto entry_point(Napi::Env env, Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw Environment::error(env, coded_error_of(std::current_exception()));
  }
}

/// The same for a function that returns a promise: it rejects and never throws.
template <typename Body>
Napi::Value promise_entry_point(Napi::Env env, Body&& body) {
  try {
    return entry_point(env, std::forward<Body>(body));
  } catch (const Napi::Error& error) {
    PendingPromise promise(env);
    const Napi::Value result = promise.value();
    promise.reject(env, error.Value());
    return result;
  }
}

}  // namespace wsol::binding
