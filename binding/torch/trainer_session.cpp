#include "binding/torch/trainer_session.h"

#include "binding/common/pending_promise.h"

namespace wsol::binding {

namespace {

CodedError closed_error() { return CodedError("ERR_WSOL_CLOSED", "the trainer was closed"); }

}  // namespace

std::shared_ptr<TrainerSession> TrainerSession::open(Napi::Env env, std::shared_ptr<NetworkSession> network,
                                                     const TrainerSettings& settings,
                                                     std::shared_ptr<ProcessGroup> processes) {
  network->check_is_free();
  std::shared_ptr<TrainerSession> self(new TrainerSession(env, std::move(network), settings, std::move(processes)));
  self->network_->hold();
  self->network_->session().post(
      [self] { self->build(); },
      [self](Napi::Env, const std::optional<CodedError>&) { self->memory_.set(self->trainer_bytes_); });
  return self;
}

TrainerSession::~TrainerSession() {
  // Its commands own it, so none is left; a network that was dropped with it must not look held.
  if (!is_closed_) network_->release();
}

void TrainerSession::build() {
  try {
    const std::shared_ptr<Network>& network = network_->network();
    trainer_ = std::make_unique<Trainer>(network, settings_, std::move(processes_));
    // Gradients, and momentum if there is any.
    const int64_t copies = settings_.optim.sgd.momentum > 0 ? 2 : 1;
    for (const StateEntry& entry : network->parameters()) {
      trainer_bytes_ += copies * static_cast<int64_t>(entry.tensor.nbytes());
    }
  } catch (...) {
    failure_ = coded_error_of(std::current_exception());
  }
}

Trainer& TrainerSession::trainer() const {
  if (failure_) throw *failure_;
  // Closed by a getter of the arguments, after the call had found it open.
  if (trainer_ == nullptr) throw closed_error();
  return *trainer_;
}

void TrainerSession::check_is_open() const {
  if (is_closed_) throw closed_error();
}

Napi::Value TrainerSession::close(Napi::Env env) {
  if (!is_closed_) network_->release();
  is_closed_ = true;
  if (network_->session().is_finished()) return resolved_promise(env);
  const auto self = shared_from_this();
  const auto free_trainer = [self] {
    self->trainer_.reset();
    return true;
  };
  const auto make_result = [self](Napi::Env env, bool) {
    self->memory_.set(0);
    return env.Undefined();
  };
  return network_->session().call(env, free_trainer, make_result);
}

}  // namespace wsol::binding
