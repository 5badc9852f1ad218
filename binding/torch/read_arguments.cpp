#include "binding/torch/read_arguments.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <span>
#include <string>

#include "binding/common/arguments.h"
#include "binding/common/coded_error.h"
#include "binding/torch/read_class_lists.h"

namespace wsol::binding {

namespace {

constexpr int64_t kChannels = 3;

}  // namespace

at::Tensor read_images(const Napi::Value& value, ImageStaging& staging) {
  const Fields fields(value, "batch");
  const int64_t count = fields.integer("count", 1, kMaxExtent);
  const int64_t height = fields.integer("height", 1, kMaxExtent);
  const int64_t width = fields.integer("width", 1, kMaxExtent);
  const auto length = static_cast<size_t>(count * height * width * kChannels);
  const auto data = read_typed_array<uint8_t>(fields.get("data"), "data", length, "count x height x width x 3");
  return staging.copy(data, {count, height, width, kChannels});
}

at::Tensor read_labels(const Napi::Value& value, const char* parameter, std::vector<int64_t> shape, int64_t classes) {
  at::Tensor labels = at::empty(shape, at::kLong);
  const std::span<int64_t> copied(labels.mutable_data_ptr<int64_t>(), static_cast<size_t>(labels.numel()));
  const auto data = read_typed_array<int32_t>(value, parameter, copied.size(), "one for each image");
  std::copy(data.begin(), data.end(), copied.begin());
  const auto wrong =
      std::find_if(copied.begin(), copied.end(), [&](int64_t label) { return label < 0 || label >= classes; });
  if (wrong != copied.end()) {
    throw invalid_argument(parameter, "classes from 0 to " + std::to_string(classes - 1),
                           std::to_string(*wrong) + " at index " + std::to_string(wrong - copied.begin()));
  }
  return labels;
}

Targets read_targets(const Napi::Value& value, int64_t count, int64_t classes) {
  if (!is_plain_object(value)) {
    return {.labels = read_labels(value, "labels", {count}, classes), .distributions = {}, .present = {}};
  }
  const Fields fields(value, "labels");
  if (!fields.is_absent("offsets")) {
    return {.labels = {},
            .distributions = {},
            .present = read_class_lists(value, "labels", count, classes).present(classes)};
  }
  const auto length = static_cast<size_t>(count * classes);
  const auto rows =
      read_typed_array<float>(fields.get("distributions"), "distributions", length, "count x number of classes");
  const at::Tensor distributions = at::empty({count, classes}, at::kFloat);
  std::copy(rows.begin(), rows.end(), distributions.mutable_data_ptr<float>());
  validate_distributions(distributions, count, classes);
  return {.labels = read_labels(fields.get("labels"), "labels", {count}, classes),
          .distributions = distributions,
          .present = {}};
}

}  // namespace wsol::binding
