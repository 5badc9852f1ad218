#include <ATen/Parallel.h>
#include <torch/version.h>

#include <cstdint>
#include <string>

#include "binding/common/entry_point.h"
#include "binding/torch/functions.h"
#include "binding/torch/make_results.h"
#include "native/metrics/normalisation.h"
#include "native/metrics/table.h"
#include "native/torch/device.h"
#include "native/torch/distributed/backends.h"
#include "native/torch/losses/multi_label.h"
#include "native/torch/losses/regularized_loss.h"
#include "native/torch/losses/regularizers.h"
#include "native/torch/methods/method.h"
#include "native/torch/models/backbones.h"
#include "native/torch/score_maps/score_map_kind.h"

/// Weak: some releases that the source compiles against do not have it.
extern "C" __attribute__((weak)) uint64_t aoti_torch_abi_version();

namespace wsol::binding {

namespace {

/// The release of the LibTorch in this process: a byte each for major, minor and patch, from the top.
std::string loaded_libtorch() {
  if (aoti_torch_abi_version == nullptr) return TORCH_VERSION;
  const uint64_t version = aoti_torch_abi_version();
  const auto byte_at = [&](int shift) { return std::to_string((version >> shift) & 0xFF); };
  return byte_at(56) + '.' + byte_at(48) + '.' + byte_at(40);
}

}  // namespace

Napi::Value info(const Napi::CallbackInfo& call) {
  const Napi::Env env = call.Env();
  return entry_point(env, [&]() -> Napi::Value {
    Napi::Object object = Napi::Object::New(env);
    object.Set("libtorch", loaded_libtorch());
    object.Set("cudaDevices", make_strings(env, cuda_devices()));
    object.Set("threads", static_cast<double>(at::get_num_threads()));
    object.Set("backbones", make_strings(env, names_of(backbones())));
    object.Set("regularizers", make_strings(env, names_of(regularizers())));
    object.Set("reductions", make_strings(env, reduction_names()));
    object.Set("multiLabels", make_strings(env, names_of(multi_labels())));
    object.Set("methods", make_strings(env, names_of(methods())));
    object.Set("scoreMapKinds", make_strings(env, names_of(score_map_kinds())));
    object.Set("distributedBackends", make_strings(env, names_of(distributed_backends())));
    object.Set("hasNccl", has_nccl());
    object.Set("normalisations", make_strings(env, names_of(normalisations())));
    return object;
  });
}

}  // namespace wsol::binding
