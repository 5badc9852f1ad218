#include <ATen/ops/empty.h>

#include <algorithm>
#include <string>

#include "binding/common/arguments.h"
#include "binding/torch/read_arguments.h"
#include "native/torch/errors.h"

namespace wsol::binding {

namespace {

NamedTensor read_tensor(const Fields& fields) {
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
  // In floating point, which a wrong shape cannot overflow.
  auto bytes = static_cast<double>(c10::elementSize(dtype));
  for (uint32_t axis = 0; axis < axes.Length(); ++axis) {
    shape.push_back(read_integer(axes.Get(axis), "shape", 0, kMaxSafeInteger));
    bytes *= static_cast<double>(shape.back());
  }
  const auto data = read_typed_array<uint8_t>(fields.get("data"), "data");
  if (static_cast<double>(data.size()) != bytes) {
    throw mismatch("as many bytes as its shape has", std::to_string(data.size()));
  }
  const at::Tensor tensor = at::empty(shape, dtype);
  std::copy(data.begin(), data.end(), static_cast<uint8_t*>(tensor.mutable_data_ptr()));
  return {name, tensor};
}

}  // namespace

std::vector<NamedTensor> read_tensors(const Napi::Value& value) {
  const Napi::Array list = read_array(value, "tensors");
  std::vector<NamedTensor> tensors;
  for (uint32_t index = 0; index < list.Length(); ++index) {
    tensors.push_back(read_tensor(Fields(list.Get(index), "tensors")));
  }
  return tensors;
}

}  // namespace wsol::binding
