#include "binding/torch/trainer_object.h"

#include <string>

#include "binding/common/arguments.h"
#include "binding/common/class_members.h"
#include "binding/common/entry_point.h"
#include "binding/common/type_tags.h"
#include "binding/torch/make_results.h"
#include "binding/torch/network_calls.h"
#include "binding/torch/network_object.h"
#include "binding/torch/process_group_object.h"
#include "binding/torch/read_arguments.h"
#include "binding/torch/read_options.h"

namespace wsol::binding {

Napi::Function TrainerObject::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<TrainerObject>>());
  ClassMembers<TrainerObject>(constructor)
      .promise_method<&TrainerObject::step>("step")
      .promise_method<&TrainerObject::finish>("finish")
      .promise_method<&TrainerObject::call_if_open<infer>>("infer")
      .promise_method<&TrainerObject::call_if_open<tensor_table>>("tensorTable")
      .promise_method<&TrainerObject::call_if_open<export_tensors>>("exportTensors")
      .promise_method<&TrainerObject::call_if_open<import_tensors>>("importTensors")
      .promise_method<&TrainerObject::export_momentum>("exportMomentum")
      .promise_method<&TrainerObject::import_momentum>("importMomentum")
      .promise_method<&TrainerObject::share_state>("shareState")
      .promise_method<&TrainerObject::close>("close")
      .getter<&TrainerObject::closed>("closed");
  return constructor;
}

TrainerObject::TrainerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TrainerObject>(info) {
  entry_point(info.Env(), [&] {
    const auto& network = read_wrapped<NetworkObject>(info[0], "network").session();
    TrainerSettings settings = read_trainer_settings(info[1], network->options().precision);
    std::shared_ptr<ProcessGroup> processes;
    if (const Fields options(info[1], "options"); !options.is_absent("processes")) {
      const auto& session = read_wrapped<ProcessGroupObject>(options.get("processes"), "processes").session();
      session->check_is_open();
      if (!session->is_connected()) throw invalid_argument("processes", "a process group that is ready", "another");
      processes = session->group();
      settings.share = processes->share();
    }
    session_ = TrainerSession::open(info.Env(), network, settings, std::move(processes));
    tag<TrainerObject>(info);
  });
}

template <TrainerObject::SharedCall call>
Napi::Value TrainerObject::call_if_open(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  return call(session_->network(), info);
}

Napi::Value TrainerObject::step(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const at::Tensor images = read_images(info[0], *session_->network()->staging());
  const int64_t count = images.size(0), height = images.size(1), width = images.size(2);
  const int64_t crop = session_->settings().data.crop_size;
  if (crop > height || crop > width) {
    throw invalid_argument("batch",
                           "images of at least " + std::to_string(crop) + " x " + std::to_string(crop) + " (cropSize)",
                           std::to_string(width) + " x " + std::to_string(height));
  }
  const int64_t classes = session_->network()->options().spec.num_classes;
  const Targets targets = read_targets(info[1], count, classes);
  const Fields settings(info[2], "settings");
  const double learning_rate = settings.number("learningRate", 0);
  const int64_t step = settings.integer("step", 0, kMaxSafeInteger);
  const bool asks_to_stop = !settings.is_absent("asksToStop") && settings.boolean("asksToStop");
  const auto run = [session = session_, images, targets, learning_rate, step, asks_to_stop] {
    return session->trainer().queue_step(images, targets, learning_rate, step, asks_to_stop);
  };
  return session_->network()->session().call(info.Env(), run, make_step_result);
}

Napi::Value TrainerObject::finish(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const auto run = [session = session_] { return session->trainer().finish(); };
  return session_->network()->session().call(info.Env(), run, make_step_result);
}

Napi::Value TrainerObject::export_momentum(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const auto run = [session = session_] { return session->trainer().export_momentum(); };
  return session_->network()->session().call(info.Env(), run, make_tensors);
}

Napi::Value TrainerObject::import_momentum(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const auto run = [session = session_, tensors = read_tensors(info[0])] {
    session->trainer().import_momentum(tensors);
    return true;
  };
  const auto make_result = [](Napi::Env env, bool) { return env.Undefined(); };
  return session_->network()->session().call(info.Env(), run, make_result);
}

Napi::Value TrainerObject::share_state(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const bool everything = read_boolean(info[0], "everything");
  const auto run = [session = session_, everything] {
    session->trainer().share_state(everything);
    return true;
  };
  return session_->network()->session().call(info.Env(), run, [](Napi::Env env, bool) { return env.Undefined(); });
}

Napi::Value TrainerObject::close(const Napi::CallbackInfo& info) { return session_->close(info.Env()); }

Napi::Value TrainerObject::closed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), session_->is_closed());
}

}  // namespace wsol::binding
