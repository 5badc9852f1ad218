#pragma once

#include <utility>
#include <vector>

#include "binding/common/coded_error.h"
#include "binding/common/napi.h"

namespace wsol::binding {

/// What an addon keeps per environment (main thread, worker, Jest's realm); it dies with the environment. No JavaScript
/// reference lives anywhere else for longer than a call or a pending promise.
class Environment {
 public:
  using Hook = void (*)(void*);

  /// Creates the environment's data and exports `setCreateError`. Call it first in the addon's init function.
  static void install(Napi::Env env, Napi::Object exports);

  /// An error made by the factory that lib handed over; a plain Error with `code` and `details` before that.
  static Napi::Error error(Napi::Env env, const CodedError& error);

  /// Calls `hook(data)` before the environment goes, whichever way: the end of the script, a worker's termination, or
  /// process.exit(), which runs no cleanup hooks but C++'s static destructors. Threads that use LibTorch must end
  /// before.
  static void add_teardown_hook(Napi::Env env, Hook hook, void* data);
  static void remove_teardown_hook(Napi::Env env, Hook hook, void* data);

 private:
  void listen_for_exit(Napi::Env env);

  Napi::FunctionReference create_error_;
  std::vector<std::pair<Hook, void*>> teardown_hooks_;
};

}  // namespace wsol::binding
