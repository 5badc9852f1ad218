#include "native/torch/score_maps/score_map_settings.h"

#include <ATen/TensorOperators.h>

#include "native/metrics/normalisation.h"
#include "native/torch/find_row.h"
#include "native/torch/heads/head.h"
#include "native/torch/losses/regularized_loss.h"
#include "native/torch/models/forward_context.h"
#include "native/torch/score_maps/score_map_kind.h"

namespace wsol {

void validate(const ScoreMapSettings& settings, int64_t images, const NetworkSpec& network) {
  const ScoreMapKind& kind = find_row(score_map_kinds(), settings.kind, "kind");
  if (kind.needs_gradient && !find_row(heads(), network.head.name, "head").takes_gradient_maps) {
    throw InvalidArgument("kind", "cam for a network with the head '" + network.head.name + "'",
                          '"' + settings.kind + '"');
  }
  find_row(normalisations(), settings.normalisation, "normalisation");
  const int64_t first_stage = kind.takes_any_stage ? 1 : kNumStages;
  if (settings.stage < first_stage || settings.stage > kNumStages) {
    const std::string stages = first_stage == kNumStages ? "" : std::to_string(first_stage) + " to ";
    throw InvalidArgument("stage", stages + std::to_string(kNumStages) + " for " + settings.kind,
                          std::to_string(settings.stage));
  }
  if (settings.size < 0) throw InvalidArgument("size", "0 or more", std::to_string(settings.size));
  if (settings.labels) {
    const at::Tensor& labels = *settings.labels;
    if (labels.scalar_type() != at::kLong || labels.dim() != 2 || labels.size(0) != images || labels.size(1) == 0) {
      throw InvalidArgument("labels", "images x K classes for " + std::to_string(images) + " images",
                            c10::str(labels.scalar_type(), " ", labels.sizes()));
    }
    // Which leaves what stands for no class.
    validate_labels(labels.masked_select(labels != kNoClass), network.num_classes);
    const bool each_has_one = labels.select(1, 0).ge(0).all().item<bool>();
    if (!each_has_one) throw InvalidArgument("labels", "at least one class for each image", "none");
  } else if (settings.top_k < 1 || settings.top_k > network.num_classes) {
    throw InvalidArgument("topK", "1 to " + std::to_string(network.num_classes), std::to_string(settings.top_k));
  } else if (!(settings.min_probability >= 0 && settings.min_probability <= 1)) {
    throw InvalidArgument("minProbability", "a number from 0 to 1", c10::str(settings.min_probability));
  }
}

}  // namespace wsol
