#include "native/torch/kernels/finite.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

namespace wsol {

namespace {

TEST(AreFinite, FindsOneNumberAnywhere) {
  const std::vector<at::Tensor> tensors = {at::ones({3}), at::full({70000}, 3e38), at::zeros({0}),
                                           at::ones({4, 5}).t()};
  EXPECT_TRUE(are_finite(tensors));
  EXPECT_TRUE(are_finite({}));
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
    for (const auto& [tensor, at] : {std::pair(0, 2), std::pair(1, 0), std::pair(1, 65535), std::pair(1, 69999)}) {
      std::vector<at::Tensor> damaged = tensors;
      damaged[tensor] = tensors[tensor].clone();
      damaged[tensor][at] = bad;
      EXPECT_FALSE(are_finite(damaged)) << bad << " at " << at;
    }
  }
}

TEST(AreFinite, LooksAtWhatATensorShowsOnly) {
  at::Tensor whole = at::ones({4, 4});
  whole[0][3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(are_finite({whole.narrow(1, 0, 2)}));
}

}  // namespace

}  // namespace wsol
