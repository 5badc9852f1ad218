#include "native/torch/score_map.h"

#include <ATen/Parallel.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include <span>
#include <string_view>

#include "native/metrics/normalisation.h"
#include "native/torch/errors.h"
#include "native/torch/losses/regularized_loss.h"

namespace wsol {

namespace {

constexpr ScoreMapKind kKinds[] = {{.name = "cam", .draw = class_activation_map}};

void check_normalisation(const std::string& name) {
  std::string known;
  for (const std::string_view normalisation : normalisation_names()) {
    if (name == normalisation) return;
    known += (known.empty() ? "" : ", ") + std::string(normalisation);
  }
  throw InvalidArgument("normalisation", "one of " + known, '"' + name + '"');
}

}  // namespace

std::vector<std::string> score_map_kinds() {
  std::vector<std::string> names;
  for (const ScoreMapKind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

const ScoreMapKind& find_score_map_kind(const std::string& name) {
  std::string known;
  for (const ScoreMapKind& kind : kKinds) {
    if (name == kind.name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  throw InvalidArgument("kind", known, '"' + name + '"');
}

void validate(const ScoreMapSettings& settings, int64_t images, int64_t num_classes) {
  find_score_map_kind(settings.kind);
  check_normalisation(settings.normalisation);
  if (settings.size < 0) throw InvalidArgument("size", "0 or more", std::to_string(settings.size));
  if (settings.labels) {
    const at::Tensor& labels = *settings.labels;
    if (labels.scalar_type() != at::kLong || labels.dim() != 2 || labels.size(0) != images || labels.size(1) == 0) {
      throw InvalidArgument("labels", "images x K classes for " + std::to_string(images) + " images",
                            c10::str(labels.scalar_type(), " ", labels.sizes()));
    }
    validate_labels(labels, num_classes);
  } else if (settings.top_k < 1 || settings.top_k > num_classes) {
    throw InvalidArgument("topK", "1 to " + std::to_string(num_classes), std::to_string(settings.top_k));
  }
}

at::Tensor class_activation_map(const at::Tensor& feature_map, const at::Tensor& classifier_weight,
                                const at::Tensor& classes) {
  const int64_t count = feature_map.size(0), channels = feature_map.size(1);
  const int64_t height = feature_map.size(2), width = feature_map.size(3);
  const at::Tensor rows = classifier_weight.to(at::kFloat)
                              .index_select(0, classes.to(feature_map.device()).flatten())
                              .view({count, -1, channels});
  const at::Tensor maps = at::bmm(rows, feature_map.to(at::kFloat).flatten(2)).div_(static_cast<double>(channels));
  return maps.view({count, -1, height, width});
}

at::Tensor finish_score_maps(const at::Tensor& raw_maps, int64_t size, const std::string& normalisation) {
  check_normalisation(normalisation);
  at::Tensor maps = raw_maps.to(at::kDouble);
  const bool align_corners = false;
  if (size > 0) maps = at::upsample_bicubic2d(maps, {size, size}, align_corners);
  // A copy even where nothing was to do, because the maps are normalised in place.
  maps = maps.cpu().clone(at::MemoryFormat::Contiguous);
  const int64_t pixels = maps.size(2) * maps.size(3);
  double* const values = maps.mutable_data_ptr<double>();
  const int64_t maps_per_task = 1;
  at::parallel_for(0, maps.size(0) * maps.size(1), maps_per_task, [&](int64_t begin, int64_t end) {
    for (int64_t map = begin; map < end; ++map) {
      normalise(normalisation, std::span(values + map * pixels, static_cast<size_t>(pixels)));
    }
  });
  return maps;
}

}  // namespace wsol
