#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "binding/common/coded_error.h"
#include "binding/torch/external_memory.h"
#include "binding/torch/image_staging.h"
#include "binding/torch/session.h"
#include "native/torch/device.h"
#include "native/torch/memory/caching_allocator.h"
#include "native/torch/models/network.h"

namespace wsol::binding {

struct NetworkOptions {
  NetworkSpec spec;
  std::string device;
  Precision precision;
  int threads;
  uint64_t seed;
};

/// A network and the thread that owns it, shared by the JavaScript objects and the commands that use it.
class NetworkSession : public std::enable_shared_from_this<NetworkSession> {
 public:
  /// Starts the thread, which builds the network first. JavaScript thread, as everything that is not marked.
  static std::shared_ptr<NetworkSession> open(Napi::Env env, const NetworkOptions& options);

  const NetworkOptions& options() const { return options_; }
  Session& session() { return *session_; }
  /// Of an open network; shared, because reading an argument may run JavaScript that closes it.
  std::shared_ptr<ImageStaging> staging() const { return staging_; }

  /// Throws ERR_WSOL_CLOSED or ERR_WSOL_BUSY.
  void check_is_free() const;
  bool is_closed() const { return is_closed_; }
  void hold() { is_held_ = true; }
  void release() { is_held_ = false; }

  /// Refuses further calls; the promise resolves when queued ones are settled and the network is freed.
  Napi::Value close(Napi::Env env);

  /// On the session's thread only. Throws why the network could not be built, or that it was closed.
  const std::shared_ptr<Network>& network() const;

 private:
  NetworkSession(Napi::Env env, const NetworkOptions& options)
      : options_(options), memory_(env), staging_(std::make_shared<ImageStaging>(options.device)) {}
  void build();

  const NetworkOptions options_;
  ExternalMemory memory_;
  std::optional<MemoryKeeping> keeping_;
  std::shared_ptr<ImageStaging> staging_;
  bool is_closed_ = false;
  bool is_held_ = false;
  std::optional<CodedError> failure_;
  std::shared_ptr<Network> network_;
  int64_t network_bytes_ = 0;
  /// Last, so that the thread has ended before the rest goes.
  std::shared_ptr<Session> session_;
};

}  // namespace wsol::binding
