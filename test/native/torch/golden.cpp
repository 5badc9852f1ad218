#include "torch/golden.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <cstdint>

namespace wsol::test {

namespace {

uint32_t fnv1a(const std::string& text) {
  uint32_t hash = 2166136261u;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 16777619u;
  return hash;
}

bool ends_with(const std::string& text, const char* ending) { return text.ends_with(ending); }

Json read_golden(const std::string& name) {
  const std::filesystem::path folder = WSOL_TEST_FOLDER;
  const auto shared = folder / "../../../shared/golden" / name;
  return Json::read(std::filesystem::exists(shared) ? shared : folder / "torch/fixtures" / name);
}

}  // namespace

const Json& golden() {
  static const Json json = read_golden("backbones-and-losses.json");
  return json;
}

const Json& golden_methods() {
  static const Json json = read_golden("methods.json");
  return json;
}

const Json& float64_gradients() {
  static const Json json =
      Json::read(std::filesystem::path(WSOL_TEST_FOLDER) / "torch/fixtures/float64-gradients.json");
  return json;
}

at::Tensor golden_values(const std::string& name, at::IntArrayRef shape) {
  at::Tensor values = at::empty(shape, at::kDouble);
  const double start = fnv1a(name) / 4294967296.0;
  double* value = values.mutable_data_ptr<double>();
  for (int64_t index = 0; index < values.numel(); ++index) {
    const double x = start + static_cast<double>(index + 1) * 0.6180339887498949;
    value[index] = x - std::floor(x);
  }
  return values;
}

at::Tensor golden_fill(const std::string& name, at::IntArrayRef shape) {
  const at::Tensor values = golden_values(name, shape);
  if (name == "input") return ((values - 0.5) * 2).to(at::kFloat);
  if (ends_with(name, "num_batches_tracked")) return at::zeros(shape, at::kLong);
  if (values.dim() >= 2) {
    const double fan_in = static_cast<double>(values.numel() / values.size(0));
    return ((values - 0.5) * std::sqrt(24 / fan_in)).to(at::kFloat);
  }
  const bool around_one = ends_with(name, "running_var") || ends_with(name, "weight");
  return (around_one ? values + 0.5 : (values - 0.5) * 0.2).to(at::kFloat);
}

void fill_by_rule(Network& network) {
  const at::NoGradGuard no_grad;
  for (const StateEntry& entry : network.state()) {
    at::Tensor(entry.tensor).copy_(golden_fill(entry.name, entry.tensor.sizes()));
  }
}

void convert(Network& network, at::ScalarType dtype, at::MemoryFormat layout) {
  for (const StateEntry& entry : network.state()) {
    if (!entry.tensor.is_floating_point()) continue;
    const bool image_like = entry.tensor.dim() == 4;
    const at::Tensor converted = entry.tensor.detach().to(dtype);
    at::Tensor(entry.tensor).set_data(image_like ? converted.clone(layout) : converted);
  }
}

PixelStatistics imagenet_pixels() { return {.mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}}; }

NetworkSpec plain_spec(const std::string& backbone, int64_t num_classes) {
  return {.backbone = backbone,
          .stem = "plain",
          .num_classes = num_classes,
          .last_stride = 1,
          .layer3_stride = 2,
          .padding = "symmetric",
          .pixels = imagenet_pixels(),
          .head = linear_head(),
          .multi_label = "softmax"};
}

NetworkSpec golden_spec(const std::string& backbone, int64_t last_stride) {
  NetworkSpec spec = plain_spec(backbone, 11);
  spec.last_stride = last_stride;
  return spec;
}

at::Tensor as_tensor(const Json& numbers, at::IntArrayRef shape) {
  const std::vector<double> values = numbers.flat();
  return at::tensor(values, at::kDouble).view(shape);
}

double difference_over_range(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor difference = (actual.to(at::kDouble) - expected).abs().max();
  return (difference / (expected.max() - expected.min())).item<double>();
}

}  // namespace wsol::test
