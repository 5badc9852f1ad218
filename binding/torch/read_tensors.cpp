#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cstring>
#include <string>

#include "binding/common/arguments.h"
#include "binding/torch/read_arguments.h"
#include "native/torch/errors.h"

namespace wsol::binding {

namespace {

NamedTensor read_tensor(const Fields& fields, const Napi::Value& array) {
  const std::string name = fields.string("name");
  const auto mismatch = [&](const std::string& expected, const std::string& got) {
    return TensorMismatch(name, "expected " + expected + " for tensor '" + name + "', got " + got);
  };
  const std::string dtype_word = fields.string("dtype");
  at::ScalarType dtype;
  try {
    dtype = parse_dtype(dtype_word);
  } catch (const InvalidArgument& error) {
    throw mismatch(error.expected, '"' + dtype_word + '"');
  }
  const Napi::Array axes = read_array(fields.get("shape"), "shape");
  std::vector<int64_t> shape;
  const size_t item_size = c10::elementSize(dtype);
  // In floating point, which a wrong shape cannot overflow.
  auto bytes = static_cast<double>(item_size);
  for (uint32_t axis = 0; axis < axes.Length(); ++axis) {
    shape.push_back(read_integer(axes.Get(axis), "shape", 0, kMaxSafeInteger));
    bytes *= static_cast<double>(shape.back());
  }
  const auto data = read_typed_array<uint8_t>(array, "data");
  if (static_cast<double>(data.size()) != bytes) {
    throw mismatch("as many bytes as its shape has", std::to_string(data.size()));
  }
  // A view into a file's bytes may start anywhere; LibTorch reads whole elements.
  if (reinterpret_cast<uintptr_t>(data.data()) % item_size == 0) {
    return {name, at::from_blob(const_cast<uint8_t*>(data.data()), shape, dtype)};
  }
  const at::Tensor aligned = at::empty(shape, dtype);
  std::memcpy(aligned.mutable_data_ptr(), data.data(), data.size());
  return {name, aligned};
}

}  // namespace

Tensors read_tensors(const Napi::Value& value) {
  const Napi::Array list = read_array(value, "tensors");
  Tensors result;
  for (uint32_t index = 0; index < list.Length(); ++index) {
    const Fields fields(list.Get(index), "tensors");
    const Napi::Value array = fields.get("data");
    result.tensors.push_back(read_tensor(fields, array));
    result.arrays.push_back(array);
  }
  return result;
}

}  // namespace wsol::binding
