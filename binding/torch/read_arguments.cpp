#include "binding/torch/read_arguments.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <string>

#include "binding/common/arguments.h"
#include "binding/common/coded_error.h"

namespace wsol::binding {

namespace {

constexpr int64_t kChannels = 3;

}  // namespace

Images read_images(const Napi::Value& value) {
  const Fields fields(value, "batch");
  const int64_t count = fields.integer("count", 1, kMaxExtent);
  const int64_t height = fields.integer("height", 1, kMaxExtent);
  const int64_t width = fields.integer("width", 1, kMaxExtent);
  const auto length = static_cast<size_t>(count * height * width * kChannels);
  const Napi::Value array = fields.get("data");
  const auto data = read_typed_array<uint8_t>(array, "data", length, "count x height x width x 3");
  return {at::from_blob(const_cast<uint8_t*>(data.data()), {count, height, width, kChannels}, at::kByte), array};
}

at::Tensor read_labels(const Napi::Value& value, const char* parameter, std::vector<int64_t> shape, int64_t classes) {
  at::Tensor labels = at::empty(shape, at::kLong);
  const auto length = static_cast<size_t>(labels.numel());
  const auto data = read_typed_array<int32_t>(value, parameter, length, "one for each image");
  const auto wrong =
      std::find_if(data.begin(), data.end(), [&](int32_t label) { return label < 0 || label >= classes; });
  if (wrong != data.end()) {
    throw invalid_argument(parameter, "classes from 0 to " + std::to_string(classes - 1),
                           std::to_string(*wrong) + " at index " + std::to_string(wrong - data.begin()));
  }
  std::copy(data.begin(), data.end(), labels.mutable_data_ptr<int64_t>());
  return labels;
}

Targets read_targets(const Napi::Value& value, int64_t count, int64_t classes) {
  if (!value.IsObject() || value.IsTypedArray() || value.IsArray()) {
    return {.labels = read_labels(value, "labels", {count}, classes), .distributions = {}};
  }
  const Fields fields(value, "labels");
  const auto length = static_cast<size_t>(count * classes);
  const auto rows =
      read_typed_array<float>(fields.get("distributions"), "distributions", length, "count x number of classes");
  const at::Tensor distributions = at::empty({count, classes}, at::kFloat);
  std::copy(rows.begin(), rows.end(), distributions.mutable_data_ptr<float>());
  validate_distributions(distributions, count, classes);
  return {.labels = read_labels(fields.get("labels"), "labels", {count}, classes), .distributions = distributions};
}

}  // namespace wsol::binding
