#include "native/torch/score_maps/chosen_classes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/topk.h>

namespace wsol {

at::Tensor ChosenClasses::wanted() const { return is_wanted.flatten().nonzero().squeeze(1); }

at::Tensor ChosenClasses::offsets() const {
  return at::constant_pad_nd(is_wanted.sum(1).cumsum(0), {1, 0}).to(at::kInt).contiguous();
}

ChosenClasses choose_classes(const at::Tensor& logits, const ScoreMapSettings& settings,
                             const MultiLabel& multi_label) {
  if (settings.labels) {
    return {.classes = settings.labels->clamp_min(0), .is_wanted = settings.labels->ge(0)};
  }
  const at::Tensor classes = std::get<1>(logits.topk(settings.top_k, 1));
  const at::Tensor probabilities = multi_label.predict(logits.to(at::kDouble)).probabilities.gather(1, classes);
  const at::Tensor is_wanted = probabilities.ge(settings.min_probability);
  is_wanted.select(1, 0).fill_(true);
  // They fall along a row, so that what no image wants lies behind.
  const int64_t most = is_wanted.sum(1).max().item<int64_t>();
  return {.classes = classes.narrow(1, 0, most), .is_wanted = is_wanted.narrow(1, 0, most)};
}

}  // namespace wsol
