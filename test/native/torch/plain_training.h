#pragma once

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <vector>

#include "native/torch/tensors.h"
#include "native/torch/train/trainer_settings.h"
#include "torch/method_named.h"

namespace wsol::test {

/// Of a run without a method, on crops of 32 pixels, with the paper's loss.
inline TrainerSettings plain_settings(double lambda) {
  return {.loss = {.regularizer = "entropy", .lambda = lambda, .reduction = "mean", .multi_label = "softmax"},
          .method = method_named("none"),
          .optim = {.sgd = {.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4}, .classifier_lr_multiplier = 1},
          .data = {.crop_size = 32, .flip = 0.5},
          .seed = 5,
          .share = kWholeBatch,
          .precision = Precision::kFloat32};
}

/// The same names with the same numbers, to the bit.
inline void expect_equal(const std::vector<NamedTensor>& first, const std::vector<NamedTensor>& second) {
  ASSERT_EQ(first.size(), second.size());
  for (size_t index = 0; index < first.size(); ++index) {
    EXPECT_EQ(first[index].name, second[index].name);
    EXPECT_TRUE(at::equal(first[index].tensor, second[index].tensor)) << first[index].name;
  }
}

}  // namespace wsol::test
