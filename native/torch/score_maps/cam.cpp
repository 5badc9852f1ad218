#include "native/torch/score_maps/cam.h"

#include <ATen/core/grad_mode.h>

#include "native/torch/heads/head.h"
#include "native/torch/score_maps/forward_in_evaluation.h"

namespace wsol {

RawScoreMaps draw_cam(const ScoreMapRequest& request) {
  const at::NoGradGuard no_gradients;
  const NetworkOutput output = forward_in_evaluation(request.network, request.images, request.precision);
  const at::Tensor logits = logits_on_cpu(output.logits);
  const at::Tensor classes = request.choose_classes(logits);
  return {.logits = logits, .classes = classes, .maps = request.network.head().class_maps(output.feature_map, classes)};
}

}  // namespace wsol
