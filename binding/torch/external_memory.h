#pragma once

#include <cstdint>

#include "binding/common/napi.h"

namespace wsol::binding {

/// Tells V8 of memory that it cannot see, so that it collects dropped sessions in time. JavaScript thread only.
class ExternalMemory {
 public:
  explicit ExternalMemory(Napi::Env env) : env_(env) {}
  ~ExternalMemory() { set(0); }
  ExternalMemory(const ExternalMemory&) = delete;
  ExternalMemory& operator=(const ExternalMemory&) = delete;

  void set(int64_t bytes) {
    int64_t total;
    napi_adjust_external_memory(env_, bytes - bytes_, &total);
    bytes_ = bytes;
  }

 private:
  const napi_env env_;
  int64_t bytes_ = 0;
};

}  // namespace wsol::binding
