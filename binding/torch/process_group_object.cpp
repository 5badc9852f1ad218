#include "binding/torch/process_group_object.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "binding/common/arguments.h"
#include "binding/common/class_members.h"
#include "binding/common/entry_point.h"
#include "binding/common/type_tags.h"
#include "binding/torch/make_results.h"

namespace wsol::binding {

namespace {

constexpr int64_t kMaxPort = 65535;
constexpr int64_t kMaxProcesses = 1 << 16;
constexpr double kMaxSeconds = 86400;

Rendezvous read_rendezvous(const Napi::Value& value) {
  const Fields fields(value, "options");
  const int64_t world_size = fields.integer("worldSize", 1, kMaxProcesses);
  return {.address = fields.string("address"),
          .port = fields.integer("port", 0, kMaxPort),
          .keeps_store = fields.boolean("keepsStore"),
          .name = fields.string("name"),
          .share = {.rank = fields.integer("rank", 0, world_size - 1), .world_size = world_size},
          .seconds = fields.number("seconds", 0, kMaxSeconds)};
}

Napi::Value make_bytes_of_all(Napi::Env env, const std::vector<at::Tensor>& of_all) {
  const Napi::Array result = Napi::Array::New(env, of_all.size());
  for (uint32_t rank = 0; rank < of_all.size(); ++rank) {
    result.Set(rank, make_typed_array(env, of_all[rank].clone()));
  }
  return result;
}

}  // namespace

Napi::Function ProcessGroupObject::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<ProcessGroupObject>>());
  ClassMembers<ProcessGroupObject>(constructor)
      .promise_method<&ProcessGroupObject::ready>("ready")
      .promise_method<&ProcessGroupObject::gather>("gather")
      .promise_method<&ProcessGroupObject::close>("close")
      .getter<&ProcessGroupObject::closed>("closed");
  return constructor;
}

ProcessGroupObject::ProcessGroupObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ProcessGroupObject>(info) {
  entry_point(info.Env(), [&] {
    session_ = ProcessGroupSession::open(info.Env(), read_rendezvous(info[0]));
    tag<ProcessGroupObject>(info);
  });
}

Napi::Value ProcessGroupObject::ready(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const auto run = [session = session_] { return session->group() != nullptr; };
  return session_->session().call(info.Env(), run, [](Napi::Env env, bool) { return env.Undefined(); });
}

Napi::Value ProcessGroupObject::gather(const Napi::CallbackInfo& info) {
  session_->check_is_open();
  const auto given = read_typed_array<uint8_t>(info[0], "bytes");
  const at::Tensor bytes = at::empty({static_cast<int64_t>(given.size())}, at::kByte);
  std::copy(given.begin(), given.end(), bytes.mutable_data_ptr<uint8_t>());
  const auto run = [session = session_, bytes] { return session->group()->messages().gather(bytes); };
  return session_->session().call(info.Env(), run, make_bytes_of_all);
}

Napi::Value ProcessGroupObject::close(const Napi::CallbackInfo& info) { return session_->close(info.Env()); }

Napi::Value ProcessGroupObject::closed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), session_->is_closed());
}

}  // namespace wsol::binding
