#include "binding/torch/session.h"

#include "binding/common/native_work.h"

namespace wsol::binding {

namespace {

void throw_if_failed(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

}  // namespace

std::shared_ptr<Session> Session::start(Napi::Env env, const char* name) {
  std::shared_ptr<Session> session(new Session(env));
  // The function lives longer than the session and may be called once more, so it knows the session only weakly.
  auto context = std::make_unique<std::weak_ptr<Session>>(session);
  const auto drop_context = [](napi_env, void*, void* context) {
    delete static_cast<std::weak_ptr<Session>*>(context);
  };
  const size_t unlimited_queue = 0, threads = 1;
  throw_if_failed(env, napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, name),
                                                       unlimited_queue, threads, nullptr, drop_context, context.get(),
                                                       on_commands_done, &session->done_signal_));
  context.release();
  napi_unref_threadsafe_function(env, session->done_signal_);
  try {
    session->thread_ = std::thread([raw = session.get()] { raw->work(); });
  } catch (...) {
    napi_release_threadsafe_function(session->done_signal_, napi_tsfn_abort);
    throw;
  }
  // Hooks run last first: this one before that of the function above, which must outlive the thread.
  napi_add_env_cleanup_hook(env, on_teardown, session.get());
  return session;
}

Session::~Session() { stop(); }

void Session::post(std::function<void()> run, std::function<void(Napi::Env, const std::optional<CodedError>&)> settle) {
  if (is_finished()) return;
  auto command =
      std::make_unique<Command>(Command{.run = std::move(run), .settle = std::move(settle), .failure = std::nullopt});
  if (pending_++ == 0) napi_ref_threadsafe_function(env_, done_signal_);
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(command));
  }
  wake_.notify_one();
}

void Session::finish() {
  finishing_ = true;
  if (pending_ == 0) stop();
}

void Session::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    std::unique_ptr<Command> command = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const NativeWork work;
    if (!work.may_run()) NativeWork::wait_for_exit();
    try {
      command->run();
    } catch (...) {
      command->failure = coded_error_of(std::current_exception());
    }
    lock.lock();
    done_.push_back(std::move(command));
    lock.unlock();
    napi_call_threadsafe_function(done_signal_, nullptr, napi_tsfn_nonblocking);
  }
}

void Session::on_commands_done(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;
  if (const std::shared_ptr<Session> session = static_cast<std::weak_ptr<Session>*>(context)->lock()) {
    session->settle_done(env);
  }
}

void Session::settle_done(Napi::Env env) {
  std::deque<std::unique_ptr<Command>> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  for (std::unique_ptr<Command>& command : done) {
    const Napi::HandleScope scope(env);
    command->settle(env, command->failure);
    command.reset();
    if (--pending_ == 0) napi_unref_threadsafe_function(env, done_signal_);
  }
  if (finishing_ && pending_ == 0) stop();
}

void Session::on_teardown(void* session) {
  const std::shared_ptr<Session> alive = static_cast<Session*>(session)->shared_from_this();
  alive->stop();
}

void Session::stop() {
  if (is_finished()) return;
  std::deque<std::unique_ptr<Command>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
  }
  wake_.notify_one();
  thread_.join();
  for (std::unique_ptr<Command>& command : done_) dropped.push_back(std::move(command));
  done_.clear();
  napi_remove_env_cleanup_hook(env_, on_teardown, this);
  napi_release_threadsafe_function(done_signal_, napi_tsfn_abort);
}

}  // namespace wsol::binding
