#include "native/torch/infer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/topk.h>

#include "native/torch/image_ops.h"
#include "native/torch/losses/regularizers.h"

namespace wsol {

Inference infer(Network& network, const at::Tensor& images, Precision precision,
                const std::optional<ScoreMapSettings>& score_map) {
  validate_images(images);
  if (score_map) validate(*score_map, images.size(0), network.spec().num_classes);
  const at::NoGradGuard no_gradients;
  NetworkOutput output;
  {
    const AutocastRegion autocast(precision, network.device().type());
    output = network.forward(normalise_images(to_device(images, network.device())), Mode::kEvaluation);
  }
  Inference result;
  result.logits = output.logits.to(at::kFloat).cpu().contiguous();
  const at::Tensor log_p = at::log_softmax(result.logits, 1, at::kDouble);
  result.probabilities = log_p.exp();
  result.entropy = entropy_of(log_p);
  if (!score_map) return result;
  const at::Tensor classes =
      score_map->labels ? *score_map->labels : std::get<1>(result.logits.topk(score_map->top_k, 1));
  const ScoreMapKind& kind = find_score_map_kind(score_map->kind);
  const at::Tensor raw_maps = kind.draw(output.feature_map, network.classifier_weight(), classes);
  result.classes = classes.to(at::kInt).contiguous();
  result.score_maps = finish_score_maps(raw_maps, score_map->size, score_map->normalisation);
  return result;
}

}  // namespace wsol
