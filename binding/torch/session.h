#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "binding/common/coded_error.h"
#include "binding/common/napi.h"
#include "binding/common/pending_promise.h"

namespace wsol::binding {

/// A native thread with a queue of commands. Commands run one after the other in the order of the calls; what each
/// leaves behind is handed over, and destroyed, on the JavaScript thread. Pending commands keep the event loop alive,
/// an idle session does not. When the environment goes, the running command is waited for and the rest dropped; when
/// the process exits, NativeWork sees to that. Every member is called on the JavaScript thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `name` is what diagnostic tools call its resource.
  static std::shared_ptr<Session> start(Napi::Env env, const char* name);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Queues `run` for the session's thread; `settle` follows on the JavaScript thread with what `run` threw, if it did.
  /// It must not throw. After the end of the session, nothing happens.
  void post(std::function<void()> run, std::function<void(Napi::Env, const std::optional<CodedError>&)> settle);

  /// As post; the promise resolves with what `make_result` makes of what `run` returned.
  template <typename Run, typename MakeResult>
  Napi::Value call(Napi::Env env, Run run, MakeResult make_result);

  /// Ends the thread once all queued commands are settled. The promise of the last one is settled before.
  void finish();
  bool is_finished() const { return !thread_.joinable(); }

 private:
  struct Command {
    std::function<void()> run;
    std::function<void(Napi::Env, const std::optional<CodedError>&)> settle;
    std::optional<CodedError> failure;
  };

  explicit Session(Napi::Env env) : env_(env) {}
  static void on_commands_done(napi_env env, napi_value, void* context, void*);
  static void on_teardown(void* session);
  void work();
  void settle_done(Napi::Env env);
  void stop();

  const napi_env env_;
  napi_threadsafe_function done_signal_ = nullptr;
  /// Queued or running or not yet settled.
  size_t pending_ = 0;
  bool finishing_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Command>> queue_;
  std::deque<std::unique_ptr<Command>> done_;
  bool stopping_ = false;
  std::thread thread_;
};

template <typename Run, typename MakeResult>
Napi::Value Session::call(Napi::Env env, Run run, MakeResult make_result) {
  using Result = decltype(run());
  struct Call {
    PendingPromise promise;
    Run run;
    MakeResult make_result;
    std::optional<Result> result;
  };
  const std::shared_ptr<Call> call(new Call{PendingPromise(env), std::move(run), std::move(make_result), std::nullopt});
  const Napi::Value promise = call->promise.value();
  post([call] { call->result.emplace(call->run()); },
       [call](Napi::Env env, const std::optional<CodedError>& failure) {
         call->promise.settle(env, failure, [&](Napi::Env env) { return call->make_result(env, *call->result); });
       });
  return promise;
}

}  // namespace wsol::binding
