#pragma once

#include <functional>
#include <vector>

#include "binding/common/napi.h"

namespace wsol::binding {

/// Runs `execute` on the libuv pool, then `make_result` on the JavaScript thread, and returns the promise of its
/// result. For short work only: the pool also serves files and DNS. `kept` (typed arrays that `execute` reads) is not
/// collected meanwhile. What either throws rejects the promise; if the environment is torn down first, only `execute`
/// runs. Both are destroyed on the JavaScript thread.
Napi::Value run_on_pool(Napi::Env env, const char* name, const std::vector<Napi::Value>& kept,
                        std::function<void()> execute, std::function<Napi::Value(Napi::Env)> make_result);

}  // namespace wsol::binding
