#include "native/torch/methods/attention_dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/rand.h>

#include <utility>

#include "native/torch/at_least_float.h"

namespace wsol {

namespace {

bool is_position(const Place& place) {
  const bool starts_stage = place.block == 0;
  return (place.stage == kNumStages - 1 && starts_stage) ||
         (place.stage == kNumStages && (starts_stage || place.ends_stage()));
}

/// Under autocast features are bfloat16, whose 8 bits would put ties into the attention.
at::Tensor attention_of(const at::Tensor& features) {
  const bool keep_dimensions = true;
  return features.mean({1}, keep_dimensions, at_least_float(features.scalar_type()));
}

}  // namespace

FeatureHook make_attention_hook(double drop_rate, KeepMask keep_mask, at::Generator generator) {
  return [drop_rate, keep_mask = std::move(keep_mask), generator](const at::Tensor& features, const Place& place) {
    if (!is_position(place)) return features;
    const bool drops = at::rand({1}, generator).item<double>() < drop_rate;
    const at::Tensor attention = attention_of(features);
    return features * (drops ? keep_mask(attention.detach()) : attention.sigmoid()).to(features.scalar_type());
  };
}

}  // namespace wsol
