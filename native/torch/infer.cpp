#include "native/torch/infer.h"

#include <ATen/core/grad_mode.h>

#include "native/torch/at_least_float.h"
#include "native/torch/find_row.h"
#include "native/torch/image_ops.h"
#include "native/torch/losses/multi_label.h"
#include "native/torch/score_maps/chosen_classes.h"
#include "native/torch/score_maps/finish_score_maps.h"
#include "native/torch/score_maps/forward_in_evaluation.h"
#include "native/torch/score_maps/score_map_kind.h"

namespace wsol {

namespace {

Inference classification(const at::Tensor& logits, const MultiLabel& multi_label) {
  Inference result;
  result.logits = logits;
  const Predictions predictions = multi_label.predict(logits.to(at::kDouble));
  result.probabilities = predictions.probabilities.contiguous();
  result.entropy = predictions.entropy.contiguous();
  return result;
}

/// Of maps [N, K, h, w] those at the positions [M] in [N K], as [M, 1, h, w].
at::Tensor maps_at(const at::Tensor& maps, const at::Tensor& positions) {
  const at::Tensor rows = maps.flatten(0, 1);
  const bool are_all = positions.numel() == rows.size(0);
  return (are_all ? rows : rows.index_select(0, positions.to(rows.device()))).unsqueeze(1);
}

}  // namespace

Inference infer(Network& network, const at::Tensor& images, Precision precision,
                const std::optional<ScoreMapSettings>& score_map) {
  validate_images(images);
  if (score_map) validate(*score_map, images.size(0), network.spec());
  const MultiLabel& multi_label = find_row(multi_labels(), network.spec().multi_label, "multiLabel");
  const at::NoGradGuard no_gradients;
  const at::Tensor input = normalise_images(to_device(images, network.device()), network.pixels());
  if (!score_map) {
    return classification(logits_on_cpu(forward_in_evaluation(network, input, precision).logits), multi_label);
  }
  ChosenClasses chosen;
  const auto choose = [&](const at::Tensor& logits) {
    chosen = choose_classes(logits, *score_map, multi_label);
    return chosen.classes;
  };
  const ScoreMapKind& kind = find_row(score_map_kinds(), score_map->kind, "kind");
  const RawScoreMaps drawn = kind.draw({.network = network,
                                        .images = input,
                                        .precision = precision,
                                        .stage = score_map->stage,
                                        .choose_classes = choose});
  const at::Tensor wanted = chosen.wanted();
  const at::Tensor maps = maps_at(drawn.maps, wanted);
  Inference result = classification(drawn.logits, multi_label);
  result.offsets = chosen.offsets();
  result.classes = chosen.classes.flatten().index_select(0, wanted).to(at::kInt).contiguous();
  result.raw_maps = maps.to(at_least_float(maps.scalar_type())).cpu().squeeze(1).contiguous();
  result.score_maps =
      finish_score_maps(maps, score_map->size, find_row(normalisations(), score_map->normalisation, "normalisation"))
          .squeeze(1);
  return result;
}

}  // namespace wsol
