#include "native/torch/heads/linear_head.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace wsol {

namespace {

TEST(ClassActivationMap, IsTheMeanOverChannelsOfMapTimesWeight) {
  const at::Tensor features = at::tensor({1.f, 2.f, 3.f, 4.f, 10.f, 20.f, 30.f, 40.f}).view({1, 2, 2, 2});
  const at::Tensor weight = at::tensor({1.f, 1.f, 2.f, -1.f}).view({2, 2});
  const at::Tensor maps = class_activation_map(features, weight, at::tensor({1, 0}, at::kLong).view({1, 2}));
  const at::Tensor expected = at::tensor({-4.f, -8.f, -12.f, -16.f, 5.5f, 11.f, 16.5f, 22.f}).view({1, 2, 2, 2});
  EXPECT_TRUE(at::allclose(maps, expected));
}

}  // namespace

}  // namespace wsol
