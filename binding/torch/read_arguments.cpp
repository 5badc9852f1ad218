#include "binding/torch/read_arguments.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <span>
#include <string>

#include "binding/common/arguments.h"
#include "binding/common/coded_error.h"

namespace wsol::binding {

namespace {

constexpr int64_t kMaxThreads = 1024;
constexpr int64_t kMaxClasses = 1'000'000;
/// Of an image's side or a batch's size: products stay far from overflow, memory runs out long before.
constexpr int64_t kMaxExtent = 1 << 20;
constexpr int64_t kMaxMapSize = 1 << 14;
constexpr int64_t kChannels = 3;

}  // namespace

NetworkOptions read_network_options(const Napi::Value& value) {
  const Fields fields(value, "options");
  return {.spec = {.backbone = fields.string("backbone"),
                   .stem = fields.string("stem"),
                   .num_classes = fields.integer("numClasses", 2, kMaxClasses),
                   .last_stride = fields.integer("lastStride", 1, 2),
                   .layer3_stride = fields.integer("layer3Stride", 1, 2)},
          .device = fields.string("device"),
          .precision = parse_precision(fields.string("precision")),
          .threads = static_cast<int>(fields.integer("threads", 0, kMaxThreads)),
          .seed = static_cast<uint64_t>(fields.integer("seed", 0, kMaxSafeInteger))};
}

LossSettings read_loss_settings(const Napi::Value& value) {
  const Fields fields(value, "options");
  LossSettings settings{.regularizer = fields.string("regularizer"),
                        .lambda = fields.number("lambda"),
                        .reduction = fields.string("reduction")};
  validate(settings);
  return settings;
}

TrainerSettings read_trainer_settings(const Napi::Value& value, Precision precision) {
  const Fields fields(value, "options");
  const SgdSettings sgd{.momentum = fields.number("momentum", 0),
                        .nesterov = fields.boolean("nesterov"),
                        .weight_decay = fields.number("weightDecay", 0)};
  // Without parameters it only validates.
  Sgd({}, sgd);
  const double multiplier = fields.number("classifierLrMultiplier", 0);
  if (multiplier == 0) throw invalid_argument("classifierLrMultiplier", "a finite number above 0", "0");
  return {.loss = read_loss_settings(value),
          .sgd = sgd,
          .classifier_lr_multiplier = multiplier,
          .crop_size = fields.integer("cropSize", 1, kMaxExtent),
          .flip = fields.number("flip", 0, 1),
          .seed = static_cast<uint64_t>(fields.integer("seed", 0, kMaxSafeInteger)),
          .precision = precision};
}

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

std::optional<ScoreMapSettings> read_score_map_settings(const Napi::Value& value, int64_t images, int64_t classes) {
  if (value.IsNull() || value.IsUndefined()) return std::nullopt;
  const Fields fields(value, "scoreMap");
  ScoreMapSettings settings{.kind = fields.string("kind"),
                            .normalisation = fields.string("normalisation"),
                            .size = fields.integer("size", 0, kMaxMapSize),
                            .labels = std::nullopt,
                            .top_k = 1};
  if (fields.is_absent("labels")) {
    settings.top_k = fields.integer("topK", 1, classes);
  } else {
    const Napi::Value labels = fields.get("labels");
    const auto length = static_cast<int64_t>(read_typed_array<int32_t>(labels, "labels").size());
    const int64_t per_image = std::max<int64_t>(1, length / images);
    settings.labels = read_labels(labels, "labels", {images, per_image}, classes);
  }
  validate(settings, images, classes);
  return settings;
}

}  // namespace wsol::binding
