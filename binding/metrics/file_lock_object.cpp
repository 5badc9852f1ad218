#include "binding/metrics/file_lock_object.h"

#include "binding/common/arguments.h"
#include "binding/common/entry_point.h"

namespace wsol::binding {

namespace {

void release_at_end(void* lock) { static_cast<FileLock*>(lock)->release(); }

const char* name_of(FileLock::Outcome outcome) {
  switch (outcome) {
    case FileLock::Outcome::kAcquired:
      return "acquired";
    case FileLock::Outcome::kHeld:
      return "held";
    case FileLock::Outcome::kUnsupported:
      break;
  }
  return "unsupported";
}

}  // namespace

Napi::Function NativeFileLock::define(Napi::Env env) {
  return DefineClass(
      env, kName,
      {InstanceMethod<&NativeFileLock::try_acquire>("tryAcquire"), InstanceMethod<&NativeFileLock::write>("write"),
       InstanceMethod<&NativeFileLock::release>("release")});
}

NativeFileLock::NativeFileLock(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<NativeFileLock>(info),
      lock_(entry_point(info.Env(), [&] { return read_string(info[0], "path"); })) {
  napi_add_env_cleanup_hook(info.Env(), release_at_end, &lock_);
}

NativeFileLock::~NativeFileLock() { napi_remove_env_cleanup_hook(Env(), release_at_end, &lock_); }

Napi::Value NativeFileLock::try_acquire(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&] { return Napi::String::New(info.Env(), name_of(lock_.try_acquire())); });
}

Napi::Value NativeFileLock::write(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&] {
    lock_.write(read_string(info[0], "text"));
    return info.Env().Undefined();
  });
}

Napi::Value NativeFileLock::release(const Napi::CallbackInfo& info) {
  lock_.release();
  return info.Env().Undefined();
}

}  // namespace wsol::binding
