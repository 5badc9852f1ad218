#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "binding/common/napi.h"
#include "native/torch/infer.h"
#include "native/torch/models/network.h"
#include "native/torch/stage_features.h"
#include "native/torch/tensors.h"
#include "native/torch/train/trainer.h"

// Results as JavaScript sees them. Big arrays are the tensors' own memory where the runtime allows that (Electron does
// not), else copies.

namespace wsol::binding {

/// A contiguous CPU tensor of uint8, int32, float32 or float64 as the typed array of that element.
Napi::Value make_typed_array(Napi::Env env, const at::Tensor& tensor);

Napi::Value make_number_or_null(Napi::Env env, const std::optional<double>& number);

Napi::Value make_tensors(Napi::Env env, const std::vector<NamedTensor>& tensors);

/// What the tensor table tells of one tensor.
struct TensorInfo {
  std::string name;
  std::string dtype;
  std::vector<int64_t> shape;
};

Napi::Value make_tensor_table(Napi::Env env, const std::vector<TensorInfo>& table);

Napi::Value make_inference(Napi::Env env, const Inference& inference);

/// One object per stage, in order.
Napi::Value make_features(Napi::Env env, const StageFeatures& features);

/// Null for none.
Napi::Value make_step_result(Napi::Env env, const std::optional<StepResult>& result);

Napi::Value make_strings(Napi::Env env, const std::vector<std::string>& strings);

}  // namespace wsol::binding
