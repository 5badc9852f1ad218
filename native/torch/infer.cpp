#include "native/torch/infer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/topk.h>

#include "native/torch/at_least_float.h"
#include "native/torch/find_row.h"
#include "native/torch/image_ops.h"
#include "native/torch/losses/regularizers.h"
#include "native/torch/score_maps/finish_score_maps.h"
#include "native/torch/score_maps/forward_in_evaluation.h"
#include "native/torch/score_maps/score_map_kind.h"

namespace wsol {

namespace {

Inference classification(const at::Tensor& logits) {
  Inference result;
  result.logits = logits;
  const at::Tensor log_p = at::log_softmax(logits, 1, at::kDouble);
  result.probabilities = log_p.exp();
  result.entropy = entropy_of(log_p);
  return result;
}

}  // namespace

Inference infer(Network& network, const at::Tensor& images, Precision precision,
                const std::optional<ScoreMapSettings>& score_map) {
  validate_images(images);
  if (score_map) validate(*score_map, images.size(0), network.spec());
  const at::NoGradGuard no_gradients;
  const at::Tensor input = normalise_images(to_device(images, network.device()), network.spec().pixels);
  if (!score_map) return classification(logits_on_cpu(forward_in_evaluation(network, input, precision).logits));

  const auto choose_classes = [&](const at::Tensor& logits) {
    return score_map->labels ? *score_map->labels : std::get<1>(logits.topk(score_map->top_k, 1));
  };
  const ScoreMapKind& kind = find_row(score_map_kinds(), score_map->kind, "kind");
  const RawScoreMaps drawn = kind.draw({.network = network,
                                        .images = input,
                                        .precision = precision,
                                        .stage = score_map->stage,
                                        .choose_classes = choose_classes});
  Inference result = classification(drawn.logits);
  result.classes = drawn.classes.to(at::kInt).contiguous();
  result.raw_maps = drawn.maps.to(at_least_float(drawn.maps.scalar_type())).cpu().contiguous();
  result.score_maps = finish_score_maps(drawn.maps, score_map->size,
                                        find_row(normalisations(), score_map->normalisation, "normalisation"));
  return result;
}

}  // namespace wsol
