#include "native/torch/share.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace wsol {

namespace {

TEST(Share, OfAloneProcessIsAllRows) {
  const at::Tensor rows = at::arange(6, at::kLong);
  EXPECT_EQ(global_count(6, kWholeBatch), 6);
  EXPECT_TRUE(at::equal(rows_of(rows, kWholeBatch), rows));
}

TEST(Share, IsEveryWorldSizethRowFromTheRankOn) {
  const at::Tensor rows = at::arange(12, at::kLong).view({6, 2});
  const Share share{.rank = 1, .world_size = 3};
  EXPECT_EQ(global_count(2, share), 6);
  const at::Tensor own = rows_of(rows, share);
  EXPECT_TRUE(at::equal(own, at::tensor({2, 3, 8, 9}, at::kLong).view({2, 2})));
  EXPECT_TRUE(own.is_contiguous());
}

}  // namespace

}  // namespace wsol
