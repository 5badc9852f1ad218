#include "native/torch/stage_features.h"

#include <ATen/core/grad_mode.h>

#include "native/torch/at_least_float.h"
#include "native/torch/image_ops.h"
#include "native/torch/score_maps/forward_in_evaluation.h"

namespace wsol {

StageFeatures stage_features(Network& network, const at::Tensor& images, Precision precision) {
  validate_images(images);
  const at::NoGradGuard no_gradients;
  const at::Tensor input = normalise_images(to_device(images, network.device()), network.pixels());
  StageFeatures stages;
  const auto keep = [&](const at::Tensor& passing, const Place& place) {
    if (place.ends_stage()) {
      stages[place.stage - 1] = passing.to(at_least_float(passing.scalar_type())).cpu().contiguous();
    }
    return passing;
  };
  forward_in_evaluation(network, input, precision, keep);
  return stages;
}

}  // namespace wsol
