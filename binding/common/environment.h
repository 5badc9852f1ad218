#pragma once

#include <memory>

#include "binding/common/coded_error.h"
#include "binding/common/napi.h"
#include "binding/common/staging_pool.h"

namespace wsol::binding {

/// What an addon keeps per environment (main thread, worker, Jest's realm); it dies with the environment. No JavaScript
/// reference lives anywhere else for longer than a call or a pending promise.
class Environment {
 public:
  /// Creates the environment's data and exports `setCreateError`. Call it first in the addon's init function.
  static void install(Napi::Env env, Napi::Object exports);

  /// An error made by the factory that lib handed over; a plain Error with `code` and `details` before that.
  static Napi::Error error(Napi::Env env, const CodedError& error);

  /// For the copies of arrays that the libuv pool's threads read.
  static StagingPool& staging(Napi::Env env) { return *env.GetInstanceData<Environment>()->staging_; }

 private:
  Napi::FunctionReference create_error_;
  const std::shared_ptr<StagingPool> staging_ = StagingPool::create();
};

}  // namespace wsol::binding
