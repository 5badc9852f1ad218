#pragma once

#include <memory>
#include <optional>

#include "binding/common/coded_error.h"
#include "binding/common/napi.h"
#include "binding/torch/session.h"
#include "native/torch/distributed/process_group.h"

namespace wsol::binding {

/// A process group and the thread on which it speaks, shared by the JavaScript object and the commands that use it.
class ProcessGroupSession : public std::enable_shared_from_this<ProcessGroupSession> {
 public:
  /// Starts the thread, which connects first. JavaScript thread, as everything that is not marked.
  static std::shared_ptr<ProcessGroupSession> open(Napi::Env env, const Rendezvous& rendezvous);

  Session& session() { return *session_; }
  const Share& share() const { return rendezvous_.share; }

  /// Throws ERR_WSOL_CLOSED.
  void check_is_open() const;
  bool is_closed() const { return is_closed_; }

  /// Refuses further calls; the promise resolves when queued ones are settled and the connections are closed, those of
  /// a trainer with the trainer.
  Napi::Value close(Napi::Env env);

  /// Whether ready() has resolved, or would at once.
  bool is_connected() const { return is_connected_; }

  /// On the session's thread, or once it is connected. Throws why it could not be, or that it was closed.
  const std::shared_ptr<ProcessGroup>& group() const;

 private:
  explicit ProcessGroupSession(const Rendezvous& rendezvous) : rendezvous_(rendezvous) {}
  void connect();

  const Rendezvous rendezvous_;
  bool is_closed_ = false;
  bool is_connected_ = false;
  std::optional<CodedError> failure_;
  std::shared_ptr<ProcessGroup> group_;
  /// Last, so that the thread has ended before the rest goes.
  std::shared_ptr<Session> session_;
};

}  // namespace wsol::binding
