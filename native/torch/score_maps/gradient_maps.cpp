#include "native/torch/score_maps/gradient_maps.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/stack.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "native/torch/at_least_float.h"
#include "native/torch/score_maps/forward_in_evaluation.h"

namespace wsol {

namespace {

/// A map [N, h, w] from a stage's features and their gradient, both [N, D, h, w] in float32 or float64.
using Weigh = at::Tensor (*)(const at::Tensor& features, const at::Tensor& gradient);

/// One backward pass per class of an image: images are independent in evaluation mode, so one sum serves the batch.
RawScoreMaps draw_from_gradients(const ScoreMapRequest& request, Weigh weigh) {
  // Off up to the stage, on behind it: what lies before needs no graph.
  const at::AutoGradMode restored_at_the_end(false);
  at::Tensor features;
  const auto start_at_stage = [&](const at::Tensor& passing, const Place& place) {
    if (place.stage != request.stage || !place.ends_stage()) return passing;
    at::GradMode::set_enabled(true);
    features = passing.detach().requires_grad_();
    return features;
  };
  const NetworkOutput output =
      forward_in_evaluation(request.network, request.images, request.precision, start_at_stage);
  const at::Tensor logits = logits_on_cpu(output.logits);
  const at::Tensor classes = request.choose_classes(logits);
  const at::Tensor chosen = output.logits.gather(1, classes.to(output.logits.device()));
  std::vector<at::Tensor> maps;
  for (int64_t rank = 0; rank < classes.size(1); ++rank) {
    const bool keep_graph = rank + 1 < classes.size(1);
    const at::Tensor gradient =
        torch::autograd::grad({chosen.select(1, rank).sum()}, {features}, {}, keep_graph).front();
    const at::NoGradGuard no_gradients;
    const at::ScalarType dtype = at_least_float(features.scalar_type());
    maps.push_back(weigh(features.detach().to(dtype), gradient.to(dtype)));
  }
  return {.logits = logits, .classes = classes, .maps = at::stack(maps, 1)};
}

at::Tensor grad_cam(const at::Tensor& features, const at::Tensor& gradient) {
  const bool keep_dimensions = true;
  return (gradient.mean({2, 3}, keep_dimensions) * features).sum(1).relu_();
}

at::Tensor grad_cam_plus_plus(const at::Tensor& features, const at::Tensor& gradient) {
  const bool keep_dimensions = true;
  const double eps = 1e-6;
  const at::Tensor squared = gradient * gradient;
  const at::Tensor divisor = 2 * squared + squared * gradient * features.sum({2, 3}, keep_dimensions) + eps;
  const at::Tensor share = (squared / divisor).masked_fill_(gradient == 0, 0);
  return ((gradient.relu() * share).sum({2, 3}, keep_dimensions) * features).sum(1).relu_();
}

at::Tensor layer_cam(const at::Tensor& features, const at::Tensor& gradient) {
  return (gradient.relu() * features).sum(1).relu_();
}

}  // namespace

RawScoreMaps draw_grad_cam(const ScoreMapRequest& request) { return draw_from_gradients(request, grad_cam); }

RawScoreMaps draw_grad_cam_plus_plus(const ScoreMapRequest& request) {
  return draw_from_gradients(request, grad_cam_plus_plus);
}

RawScoreMaps draw_layer_cam(const ScoreMapRequest& request) { return draw_from_gradients(request, layer_cam); }

}  // namespace wsol
