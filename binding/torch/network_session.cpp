#include "binding/torch/network_session.h"

#include "binding/common/pending_promise.h"

namespace wsol::binding {

namespace {

CodedError closed_error() { return CodedError("ERR_WSOL_CLOSED", "the network was closed"); }

}  // namespace

std::shared_ptr<NetworkSession> NetworkSession::open(Napi::Env env, const NetworkOptions& options) {
  std::shared_ptr<NetworkSession> self(new NetworkSession(env, options));
  if (options.device == "cpu") self->keeping_.emplace();
  self->session_ = Session::start(env, "wsol:network");
  self->session_->post(
      [self] { self->build(); },
      [self](Napi::Env, const std::optional<CodedError>&) { self->memory_.set(self->network_bytes_); });
  return self;
}

void NetworkSession::build() {
  try {
    use_threads(options_.threads);
    const c10::Device device = parse_device(options_.device);
    tune_convolutions(device);
    network_ = make_network(options_.spec, options_.seed, device);
    for (const StateEntry& entry : network_->state()) network_bytes_ += static_cast<int64_t>(entry.tensor.nbytes());
  } catch (...) {
    failure_ = coded_error_of(std::current_exception());
  }
}

const std::shared_ptr<Network>& NetworkSession::network() const {
  if (failure_) throw *failure_;
  // Closed by a getter of the arguments, after the call had found it open.
  if (network_ == nullptr) throw closed_error();
  return network_;
}

void NetworkSession::check_is_free() const {
  if (is_closed_) throw closed_error();
  if (is_held_) throw CodedError("ERR_WSOL_BUSY", "the network is held by a trainer until the trainer is closed");
}

Napi::Value NetworkSession::close(Napi::Env env) {
  if (!is_closed_) check_is_free();
  is_closed_ = true;
  staging_.reset();
  if (session_->is_finished()) return resolved_promise(env);
  const auto self = shared_from_this();
  const auto free_network = [self] {
    self->network_.reset();
    self->keeping_.reset();
    return true;
  };
  const auto make_result = [self](Napi::Env env, bool) {
    self->memory_.set(0);
    return env.Undefined();
  };
  const Napi::Value promise = session_->call(env, free_network, make_result);
  session_->finish();
  return promise;
}

}  // namespace wsol::binding
