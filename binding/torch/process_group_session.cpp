#include "binding/torch/process_group_session.h"

#include "binding/common/pending_promise.h"

namespace wsol::binding {

namespace {

CodedError closed_error() { return CodedError("ERR_WSOL_CLOSED", "the process group was closed"); }

}  // namespace

std::shared_ptr<ProcessGroupSession> ProcessGroupSession::open(Napi::Env env, const Rendezvous& rendezvous) {
  std::shared_ptr<ProcessGroupSession> self(new ProcessGroupSession(rendezvous));
  self->session_ = Session::start(env, "wsol:processes");
  self->session_->post([self] { self->connect(); },
                       [self](Napi::Env, const std::optional<CodedError>&) { self->is_connected_ = !self->failure_; });
  return self;
}

void ProcessGroupSession::connect() {
  try {
    group_ = std::make_shared<ProcessGroup>(rendezvous_);
  } catch (...) {
    failure_ = coded_error_of(std::current_exception());
  }
}

const std::shared_ptr<ProcessGroup>& ProcessGroupSession::group() const {
  if (failure_) throw *failure_;
  if (group_ == nullptr) throw closed_error();
  return group_;
}

void ProcessGroupSession::check_is_open() const {
  if (is_closed_) throw closed_error();
}

Napi::Value ProcessGroupSession::close(Napi::Env env) {
  is_closed_ = true;
  if (session_->is_finished()) return resolved_promise(env);
  const auto self = shared_from_this();
  const auto disconnect = [self] {
    self->group_.reset();
    return true;
  };
  const Napi::Value promise = session_->call(env, disconnect, [](Napi::Env env, bool) { return env.Undefined(); });
  session_->finish();
  return promise;
}

}  // namespace wsol::binding
