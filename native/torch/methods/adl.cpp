#include "native/torch/methods/adl.h"

#include <ATen/TensorOperators.h>

#include "native/torch/methods/attention_dropout.h"

namespace wsol {

FeatureHook make_adl_hook(const MethodSettings& settings, at::Generator generator) {
  const auto& [threshold, drop_rate] = settings.adl;
  const auto keep_below = [threshold](const at::Tensor& attention) {
    const bool keep_dimensions = true;
    return attention < threshold * attention.amax({2, 3}, keep_dimensions);
  };
  return make_attention_hook(drop_rate, keep_below, std::move(generator));
}

}  // namespace wsol
