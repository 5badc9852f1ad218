#include "binding/torch/read_options.h"

#include <algorithm>

#include "binding/common/arguments.h"
#include "binding/common/coded_error.h"
#include "binding/torch/read_arguments.h"
#include "binding/torch/read_class_lists.h"
#include "native/torch/methods/method.h"

namespace wsol::binding {

namespace {

constexpr int64_t kMaxThreads = 1024;
constexpr int64_t kMaxClasses = 1'000'000;
constexpr int64_t kMaxMapSize = 1 << 14;

uint64_t read_seed(const Fields& fields) { return static_cast<uint64_t>(fields.integer("seed", 0, kMaxSafeInteger)); }

HasSettings read_has_settings(const Fields& fields) {
  return {.grid_size = fields.integer("gridSize", 1, kMaxExtent), .drop_rate = fields.number("dropRate", 0, 1)};
}

CutmixSettings read_cutmix_settings(const Fields& fields) {
  return {.probability = fields.number("probability", 0, 1), .beta = fields.number("beta")};
}

AdlSettings read_adl_settings(const Fields& fields) {
  return {.threshold = fields.number("threshold", 0, 1), .drop_rate = fields.number("dropRate", 0, 1)};
}

RdapSettings read_rdap_settings(const Fields& fields) {
  return {.drop_rate = fields.number("dropRate", 0, 1),
          .block_size = fields.is_absent("blockSize") ? 0 : fields.integer("blockSize", 1, kMaxExtent)};
}

MethodSettings read_method_settings(const Fields& fields) {
  MethodSettings settings{.name = fields.string("name"),
                          .has = read_has_settings(fields.section("has")),
                          .cutmix = read_cutmix_settings(fields.section("cutmix")),
                          .adl = read_adl_settings(fields.section("adl")),
                          .rdap = read_rdap_settings(fields.section("rdap")),
                          .acol = {.threshold = fields.section("acol").number("threshold", 0, 1)}};
  validate(settings);
  return settings;
}

PixelStatistics read_pixel_statistics(const Fields& fields) {
  return {.mean = fields.three_numbers("mean"), .deviation = fields.three_numbers("std")};
}

NetworkSpec read_network_spec(const Fields& options, const HeadSettings& head) {
  const Fields model = options.section("model");
  return {.backbone = model.string("backbone"),
          .stem = model.string("stem"),
          .num_classes = model.integer("numClasses", 2, kMaxClasses),
          .last_stride = model.integer("lastStride", 1, 2),
          .layer3_stride = model.integer("layer3Stride", 1, 2),
          .padding = model.string("padding"),
          .pixels = read_pixel_statistics(options.section("data")),
          .head = head,
          .multi_label = options.section("loss").string("multiLabel")};
}

OptimSettings read_optim_settings(const Fields& fields) {
  return {.sgd = {.momentum = fields.number("momentum", 0),
                  .nesterov = fields.boolean("nesterov"),
                  .weight_decay = fields.number("weightDecay", 0)},
          .classifier_lr_multiplier = fields.number("classifierLrMultiplier", 0)};
}

AugmentationSettings read_augmentation_settings(const Fields& fields) {
  return {.crop_size = fields.integer("cropSize", 1, kMaxExtent), .flip = fields.number("flip", 0, 1)};
}

DistributedSettings read_distributed_settings(const Fields& fields) {
  return {.backend = fields.string("backend"), .sync_batch_norm = fields.boolean("syncBatchNorm")};
}

}  // namespace

NetworkOptions read_network_options(const Napi::Value& value) {
  const Fields fields(value, "options");
  const HeadSettings head = head_for(read_method_settings(fields.section("method")));
  return {.spec = read_network_spec(fields, head),
          .device = fields.string("device"),
          .precision = parse_precision(fields.string("precision")),
          .threads = static_cast<int>(fields.integer("threads", 0, kMaxThreads)),
          .seed = read_seed(fields)};
}

LossSettings read_loss_settings(const Napi::Value& value, const char* parameter) {
  const Fields fields(value, parameter);
  LossSettings settings{.regularizer = fields.string("regularizer"),
                        .lambda = fields.number("lambda"),
                        .reduction = fields.string("reduction"),
                        .multi_label = fields.string("multiLabel")};
  validate(settings);
  return settings;
}

TrainerSettings read_trainer_settings(const Napi::Value& value, Precision precision) {
  const Fields fields(value, "options");
  const TrainerSettings settings{.loss = read_loss_settings(fields.get("loss"), "loss"),
                                 .method = read_method_settings(fields.section("method")),
                                 .optim = read_optim_settings(fields.section("optim")),
                                 .data = read_augmentation_settings(fields.section("data")),
                                 .seed = read_seed(fields),
                                 .share = kWholeBatch,
                                 .precision = precision,
                                 .distributed = fields.is_absent("distributed")
                                                    ? DistributedSettings{}
                                                    : read_distributed_settings(fields.section("distributed"))};
  validate(settings);
  return settings;
}

std::optional<ScoreMapSettings> read_score_map_settings(const Napi::Value& value, int64_t images,
                                                        const NetworkSpec& network) {
  if (value.IsNull() || value.IsUndefined()) return std::nullopt;
  const Fields fields(value, "scoreMap");
  ScoreMapSettings settings{.kind = fields.string("kind"),
                            .stage = fields.integer("stage", 1, kNumStages),
                            .normalisation = fields.string("normalisation"),
                            .size = fields.integer("size", 0, kMaxMapSize),
                            .labels = std::nullopt,
                            .top_k = 1,
                            .min_probability = 0};
  if (fields.is_absent("labels")) {
    settings.top_k = fields.integer("topK", 1, network.num_classes);
    if (!fields.is_absent("minProbability")) settings.min_probability = fields.number("minProbability", 0, 1);
  } else if (const Napi::Value labels = fields.get("labels"); is_plain_object(labels)) {
    settings.labels = read_class_lists(labels, "labels", images, network.num_classes).padded();
  } else {
    const auto length = static_cast<int64_t>(read_typed_array<int32_t>(labels, "labels").size());
    const int64_t per_image = std::max<int64_t>(1, length / images);
    settings.labels = read_labels(labels, "labels", {images, per_image}, network.num_classes);
  }
  validate(settings, images, network);
  return settings;
}

}  // namespace wsol::binding
