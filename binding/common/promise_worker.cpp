#include "binding/common/promise_worker.h"

#include <exception>
#include <optional>
#include <utility>

#include "binding/common/coded_error.h"
#include "binding/common/native_work.h"
#include "binding/common/pending_promise.h"

namespace wsol::binding {

namespace {

class PromiseWorker : public Napi::AsyncWorker {
 public:
  PromiseWorker(Napi::Env env, const char* name, std::function<void()> execute,
                std::function<Napi::Value(Napi::Env)> make_result)
      : Napi::AsyncWorker(env, name),
        promise_(env),
        execute_(std::move(execute)),
        make_result_(std::move(make_result)) {}

  Napi::Value promise() const { return promise_.value(); }

 protected:
  void Execute() override {
    const NativeWork work;
    if (!work.may_run()) return;
    try {
      execute_();
    } catch (...) {
      failure_ = coded_error_of(std::current_exception());
    }
  }

  void OnOK() override { promise_.settle(Env(), failure_, make_result_); }

 private:
  PendingPromise promise_;
  std::function<void()> execute_;
  std::function<Napi::Value(Napi::Env)> make_result_;
  std::optional<CodedError> failure_;
};

}  // namespace

Napi::Value run_on_pool(Napi::Env env, const char* name, std::function<void()> execute,
                        std::function<Napi::Value(Napi::Env)> make_result) {
  auto* worker = new PromiseWorker(env, name, std::move(execute), std::move(make_result));
  const Napi::Value promise = worker->promise();
  worker->Queue();
  return promise;
}

}  // namespace wsol::binding
