#include "binding/torch/network_calls.h"

#include "binding/torch/make_results.h"
#include "binding/torch/read_arguments.h"
#include "binding/torch/read_options.h"
#include "native/torch/infer.h"
#include "native/torch/stage_features.h"
#include "native/torch/tensors.h"

namespace wsol::binding {

Napi::Value infer(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info) {
  const at::Tensor images = read_images(info[0], *session->staging());
  const auto score_map = read_score_map_settings(info[1], images.size(0), session->options().spec);
  const auto run = [session, images, score_map] {
    return wsol::infer(*session->network(), images, session->options().precision, score_map);
  };
  return session->session().call(info.Env(), run, make_inference);
}

Napi::Value features(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info) {
  const at::Tensor images = read_images(info[0], *session->staging());
  const auto run = [session, images] {
    return stage_features(*session->network(), images, session->options().precision);
  };
  return session->session().call(info.Env(), run, make_features);
}

Napi::Value tensor_table(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info) {
  const auto run = [session] {
    std::vector<TensorInfo> table;
    for (const StateEntry& entry : session->network()->state()) {
      table.push_back({entry.name, dtype_name(entry.tensor.scalar_type()), entry.tensor.sizes().vec()});
    }
    return table;
  };
  return session->session().call(info.Env(), run, make_tensor_table);
}

Napi::Value export_tensors(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info) {
  const auto run = [session] { return wsol::export_tensors(*session->network()); };
  return session->session().call(info.Env(), run, make_tensors);
}

Napi::Value import_tensors(const std::shared_ptr<NetworkSession>& session, const Napi::CallbackInfo& info) {
  const auto run = [session, tensors = read_tensors(info[0])] {
    wsol::import_tensors(*session->network(), tensors);
    return true;
  };
  const auto make_result = [](Napi::Env env, bool) { return env.Undefined(); };
  return session->session().call(info.Env(), run, make_result);
}

}  // namespace wsol::binding
