#pragma once

#include <memory>
#include <optional>

#include "binding/common/coded_error.h"
#include "binding/torch/external_memory.h"
#include "binding/torch/network_session.h"
#include "native/torch/train/trainer.h"

namespace wsol::binding {

/// Training state of one network, on the network's thread. Holds the network until it is closed, or dropped.
class TrainerSession : public std::enable_shared_from_this<TrainerSession> {
 public:
  /// Throws ERR_WSOL_CLOSED or ERR_WSOL_BUSY. JavaScript thread, as everything that is not marked.
  static std::shared_ptr<TrainerSession> open(Napi::Env env, std::shared_ptr<NetworkSession> network,
                                              const TrainerSettings& settings, std::shared_ptr<ProcessGroup> processes);
  ~TrainerSession();

  const TrainerSettings& settings() const { return settings_; }
  const std::shared_ptr<NetworkSession>& network() const { return network_; }

  /// Throws ERR_WSOL_CLOSED.
  void check_is_open() const;
  bool is_closed() const { return is_closed_; }

  /// Refuses further calls and releases the network to calls that come after; the promise resolves when queued ones are
  /// settled and the training state is freed.
  Napi::Value close(Napi::Env env);

  /// On the session's thread only. Throws why the network or the training state could not be built, or that it was
  /// closed.
  Trainer& trainer() const;

 private:
  TrainerSession(Napi::Env env, std::shared_ptr<NetworkSession> network, const TrainerSettings& settings,
                 std::shared_ptr<ProcessGroup> processes)
      : network_(std::move(network)), settings_(settings), processes_(std::move(processes)), memory_(env) {}
  void build();

  const std::shared_ptr<NetworkSession> network_;
  const TrainerSettings settings_;
  /// Until the trainer has them.
  std::shared_ptr<ProcessGroup> processes_;
  ExternalMemory memory_;
  bool is_closed_ = false;
  std::optional<CodedError> failure_;
  std::unique_ptr<Trainer> trainer_;
  int64_t trainer_bytes_ = 0;
};

}  // namespace wsol::binding
