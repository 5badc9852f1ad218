#include "binding/torch/make_results.h"

#include <cstring>
#include <memory>

#include "binding/common/coded_error.h"

namespace wsol::binding {

namespace {

/// Below this, a copy costs less than the bookkeeping of foreign memory.
constexpr size_t kSmallArray = 1 << 16;

Napi::ArrayBuffer copy_buffer(Napi::Env env, const at::Tensor& tensor) {
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, tensor.nbytes());
  if (tensor.nbytes() > 0) std::memcpy(buffer.Data(), tensor.const_data_ptr(), tensor.nbytes());
  return buffer;
}

Napi::ArrayBuffer make_buffer(Napi::Env env, const at::Tensor& tensor) {
  if (tensor.nbytes() < kSmallArray) return copy_buffer(env, tensor);
  const auto drop_tensor = [](napi_env, void*, void* kept) { delete static_cast<at::Tensor*>(kept); };
  auto kept = std::make_unique<at::Tensor>(tensor);
  napi_value buffer;
  const napi_status status = napi_create_external_arraybuffer(env, tensor.mutable_data_ptr(), tensor.nbytes(),
                                                              drop_tensor, kept.get(), &buffer);
  if (status == napi_no_external_buffers_allowed) return copy_buffer(env, tensor);
  if (status != napi_ok) throw Napi::Error::New(env);
  kept.release();
  return Napi::ArrayBuffer(env, buffer);
}

Napi::Array make_shape(Napi::Env env, at::IntArrayRef sizes) {
  Napi::Array shape = Napi::Array::New(env, sizes.size());
  for (uint32_t axis = 0; axis < sizes.size(); ++axis) shape.Set(axis, static_cast<double>(sizes[axis]));
  return shape;
}

Napi::Object make_tensor_info(Napi::Env env, const std::string& name, const std::string& dtype, at::IntArrayRef sizes) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("name", name);
  info.Set("dtype", dtype);
  info.Set("shape", make_shape(env, sizes));
  return info;
}

}  // namespace

Napi::Value make_typed_array(Napi::Env env, const at::Tensor& tensor) {
  const Napi::ArrayBuffer buffer = make_buffer(env, tensor);
  const auto length = static_cast<size_t>(tensor.numel());
  switch (tensor.scalar_type()) {
    case at::kByte:
      return Napi::Uint8Array::New(env, length, buffer, 0);
    case at::kInt:
      return Napi::Int32Array::New(env, length, buffer, 0);
    case at::kFloat:
      return Napi::Float32Array::New(env, length, buffer, 0);
    case at::kDouble:
      return Napi::Float64Array::New(env, length, buffer, 0);
    default:
      throw CodedError("ERR_WSOL_NATIVE", "no typed array for the dtype " + dtype_name(tensor.scalar_type()));
  }
}

Napi::Value make_number_or_null(Napi::Env env, const std::optional<double>& number) {
  return number ? Napi::Value(Napi::Number::New(env, *number)) : env.Null();
}

Napi::Value make_tensors(Napi::Env env, const std::vector<NamedTensor>& tensors) {
  Napi::Array array = Napi::Array::New(env, tensors.size());
  uint32_t index = 0;
  for (const auto& [name, tensor] : tensors) {
    const Napi::HandleScope scope(env);
    Napi::Object entry = make_tensor_info(env, name, dtype_name(tensor.scalar_type()), tensor.sizes());
    entry.Set("data", Napi::Uint8Array::New(env, tensor.nbytes(), make_buffer(env, tensor), 0));
    array.Set(index++, entry);
  }
  return array;
}

Napi::Value make_tensor_table(Napi::Env env, const std::vector<TensorInfo>& table) {
  Napi::Array array = Napi::Array::New(env, table.size());
  uint32_t index = 0;
  for (const auto& [name, dtype, shape] : table) array.Set(index++, make_tensor_info(env, name, dtype, shape));
  return array;
}

Napi::Value make_inference(Napi::Env env, const Inference& inference) {
  const at::Tensor& maps = inference.score_maps;
  const at::Tensor& raw_maps = inference.raw_maps;
  const bool has_maps = maps.defined();
  Napi::Object result = Napi::Object::New(env);
  result.Set("logits", make_typed_array(env, inference.logits));
  result.Set("probabilities", make_typed_array(env, inference.probabilities));
  result.Set("entropy", make_typed_array(env, inference.entropy));
  result.Set("offsets", has_maps ? make_typed_array(env, inference.offsets) : env.Null());
  result.Set("classes", has_maps ? make_typed_array(env, inference.classes) : env.Null());
  result.Set("scoreMaps", has_maps ? make_typed_array(env, maps) : env.Null());
  result.Set("mapHeight", has_maps ? static_cast<double>(maps.size(1)) : 0.0);
  result.Set("mapWidth", has_maps ? static_cast<double>(maps.size(2)) : 0.0);
  result.Set("rawMaps", has_maps ? make_typed_array(env, raw_maps) : env.Null());
  result.Set("rawHeight", has_maps ? static_cast<double>(raw_maps.size(1)) : 0.0);
  result.Set("rawWidth", has_maps ? static_cast<double>(raw_maps.size(2)) : 0.0);
  return result;
}

Napi::Value make_features(Napi::Env env, const StageFeatures& features) {
  Napi::Array stages = Napi::Array::New(env, features.size());
  for (uint32_t index = 0; index < features.size(); ++index) {
    const at::Tensor& stage = features[index];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("data", make_typed_array(env, stage));
    entry.Set("channels", static_cast<double>(stage.size(1)));
    entry.Set("height", static_cast<double>(stage.size(2)));
    entry.Set("width", static_cast<double>(stage.size(3)));
    stages.Set(index, entry);
  }
  return stages;
}

Napi::Value make_step_result(Napi::Env env, const std::optional<StepResult>& result) {
  if (!result) return env.Null();
  Napi::Object object = Napi::Object::New(env);
  object.Set("step", static_cast<double>(result->step));
  object.Set("loss", result->loss);
  object.Set("crossEntropy", result->cross_entropy);
  object.Set("entropy", result->entropy);
  object.Set("correct", static_cast<double>(result->correct));
  object.Set("stops", result->stops);
  return object;
}

Napi::Value make_strings(Napi::Env env, const std::vector<std::string>& strings) {
  Napi::Array array = Napi::Array::New(env, strings.size());
  for (uint32_t index = 0; index < strings.size(); ++index) array.Set(index, strings[index]);
  return array;
}

}  // namespace wsol::binding
