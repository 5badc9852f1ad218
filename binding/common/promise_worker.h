#pragma once

#include <functional>

#include "binding/common/napi.h"

namespace wsol::binding {

/// Runs `execute` on the libuv pool, then `make_result` on the JavaScript thread, and returns the promise of its
/// result. For short work only: the pool also serves files and DNS. `execute` reads copies of arrays, never the arrays.
/// What either throws rejects the promise; if the environment is torn down first, only `execute` runs; once the process
/// exits, neither. Both are destroyed on the JavaScript thread.
Napi::Value run_on_pool(Napi::Env env, const char* name, std::function<void()> execute,
                        std::function<Napi::Value(Napi::Env)> make_result);

}  // namespace wsol::binding
