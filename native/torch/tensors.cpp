#include "native/torch/tensors.h"

#include <ATen/core/grad_mode.h>

#include <unordered_map>
#include <utility>

#include "native/torch/errors.h"

namespace wsol {

namespace {

constexpr std::pair<const char*, at::ScalarType> kDtypes[] = {
    {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}, {"I64", at::kLong},
    {"I32", at::kInt},    {"I16", at::kShort}, {"I8", at::kChar},  {"U8", at::kByte},       {"BOOL", at::kBool},
};

std::string shape_text(at::IntArrayRef shape) {
  std::string text = "[";
  for (size_t axis = 0; axis < shape.size(); ++axis) text += (axis ? ", " : "") + std::to_string(shape[axis]);
  return text + "]";
}

void check_fits(const NamedTensor& target, const at::Tensor& source) {
  const auto mismatch = [&](const std::string& expected, const std::string& got) {
    return TensorMismatch(target.name, "expected " + expected + " for tensor '" + target.name + "', got " + got);
  };
  if (source.sizes() != target.tensor.sizes()) {
    throw mismatch("shape " + shape_text(target.tensor.sizes()), shape_text(source.sizes()));
  }
  if (source.scalar_type() != target.tensor.scalar_type()) {
    throw mismatch("dtype " + dtype_name(target.tensor.scalar_type()), dtype_name(source.scalar_type()));
  }
}

}  // namespace

std::string dtype_name(at::ScalarType dtype) {
  for (const auto& [name, type] : kDtypes) {
    if (type == dtype) return name;
  }
  throw InvalidArgument("dtype", "a dtype of safetensors", c10::toString(dtype));
}

at::ScalarType parse_dtype(const std::string& name) {
  for (const auto& [known, type] : kDtypes) {
    if (name == known) return type;
  }
  throw InvalidArgument("dtype", "a dtype of safetensors", '"' + name + '"');
}

std::vector<NamedTensor> export_tensors(const Network& network) {
  std::vector<NamedTensor> tensors;
  for (const StateEntry& entry : network.state()) {
    tensors.push_back({entry.name, entry.tensor.detach().cpu().clone(at::MemoryFormat::Contiguous)});
  }
  return tensors;
}

void import_tensors(Network& network, const std::vector<NamedTensor>& tensors) {
  std::vector<NamedTensor> targets;
  for (const StateEntry& entry : network.state()) targets.push_back({entry.name, entry.tensor});
  copy_by_name(targets, tensors);
}

void copy_by_name(const std::vector<NamedTensor>& targets, const std::vector<NamedTensor>& sources) {
  std::unordered_map<std::string, at::Tensor> by_name;
  for (const auto& [name, tensor] : sources) {
    if (!by_name.emplace(name, tensor).second)
      throw TensorMismatch(name, "expected tensor '" + name + "' once, got it twice");
  }
  for (const NamedTensor& target : targets) {
    const auto found = by_name.find(target.name);
    if (found == by_name.end()) {
      throw TensorMismatch(target.name, "expected a tensor '" + target.name + "' of shape " +
                                            shape_text(target.tensor.sizes()) + ", got none");
    }
    check_fits(target, found->second);
  }
  if (by_name.size() > targets.size()) {
    for (const NamedTensor& target : targets) by_name.erase(target.name);
    for (const auto& [name, tensor] : sources) {
      if (by_name.contains(name)) throw TensorMismatch(name, "expected only the network's tensors, got '" + name + "'");
    }
  }
  const at::NoGradGuard no_grad;
  for (const NamedTensor& target : targets) at::Tensor(target.tensor).copy_(by_name.at(target.name));
}

}  // namespace wsol
