#pragma once

#include "binding/common/napi.h"
#include "binding/metrics/file_lock.h"

namespace wsol::binding {

/// `FileLock` of the ledger (lib/native/metrics-addon.ts). Released when its environment ends, so that a worker that is
/// terminated holds nothing until its process ends.
class NativeFileLock : public Napi::ObjectWrap<NativeFileLock> {
 public:
  static constexpr const char* kName = "FileLock";

  static Napi::Function define(Napi::Env env);
  explicit NativeFileLock(const Napi::CallbackInfo& info);
  ~NativeFileLock() override;

 private:
  Napi::Value try_acquire(const Napi::CallbackInfo& info);
  Napi::Value write(const Napi::CallbackInfo& info);
  Napi::Value release(const Napi::CallbackInfo& info);

  FileLock lock_;
};

}  // namespace wsol::binding
