#include <torch/version.h>

#include "binding/common/environment.h"
#include "binding/torch/functions.h"
#include "binding/torch/network_object.h"
#include "binding/torch/process_group_object.h"
#include "binding/torch/trainer_object.h"

namespace wsol::binding {

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  Environment::install(env, exports);
  exports.Set("builtFor", TORCH_VERSION);
  exports.Set("info", Napi::Function::New<info>(env, "info"));
  exports.Set("resizeImage", Napi::Function::New<resize_image>(env, "resizeImage"));
  exports.Set("regularizedLoss", Napi::Function::New<regularized_loss>(env, "regularizedLoss"));
  exports.Set("useNccl", Napi::Function::New<use_nccl>(env, "useNccl"));
  exports.Set("Network", NetworkObject::define(env));
  exports.Set("Trainer", TrainerObject::define(env));
  exports.Set("ProcessGroup", ProcessGroupObject::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(wsol_torch_addon, init)

}  // namespace wsol::binding
