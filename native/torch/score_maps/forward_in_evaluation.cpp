#include "native/torch/score_maps/forward_in_evaluation.h"

#include "native/torch/at_least_float.h"

namespace wsol {

NetworkOutput forward_in_evaluation(Network& network, const at::Tensor& images, Precision precision,
                                    const FeatureHook& hook) {
  const AutocastRegion autocast(precision, network.device().type());
  return network.forward(images, {.mode = Mode::kEvaluation, .hook = hook});
}

at::Tensor logits_on_cpu(const at::Tensor& logits) {
  return logits.detach().to(at_least_float(logits.scalar_type())).cpu().contiguous();
}

}  // namespace wsol
