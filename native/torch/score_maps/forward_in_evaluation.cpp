#include "native/torch/score_maps/forward_in_evaluation.h"

namespace wsol {

NetworkOutput forward_in_evaluation(Network& network, const at::Tensor& images, Precision precision,
                                    const FeatureHook& hook) {
  const AutocastRegion autocast(precision, network.device().type());
  return network.forward(images, {.mode = Mode::kEvaluation, .hook = hook});
}

at::Tensor logits_on_cpu(const at::Tensor& logits) {
  const at::ScalarType dtype = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  return logits.detach().to(dtype).cpu().contiguous();
}

}  // namespace wsol
