#include "native/torch/models/padding.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "native/torch/errors.h"

namespace wsol {

namespace {

TEST(ParsePadding, KnowsTwoNames) {
  EXPECT_EQ(parse_padding("symmetric"), Padding::kSymmetric);
  EXPECT_EQ(parse_padding("same"), Padding::kSame);
  EXPECT_THROW(parse_padding("valid"), InvalidArgument);
}

struct Case {
  int64_t side;
  Window window;
  int64_t before;
  int64_t after;
};

// TensorFlow's rule: in all max((ceil(side / stride) - 1) * stride + kernel - side, 0), the odd pixel behind.
constexpr Case kCases[] = {
    {224, {7, 2}, 2, 3}, {225, {7, 2}, 3, 3}, {112, {3, 2}, 0, 1}, {113, {3, 2}, 1, 1},
    {8, {1, 2}, 0, 0},   {7, {1, 2}, 0, 0},   {9, {3, 1}, 1, 1},   {1, {3, 2}, 1, 1},
};

TEST(PadFor, PadsAsTensorFlowsSame) {
  for (const auto& [side, window, before, after] : kCases) {
    const at::Tensor map = at::ones({1, 1, side, side});
    const auto [padded, rest] = pad_for(map, window, Padding::kSame, 5);
    EXPECT_EQ(padded.size(2) + 2 * rest, side + before + after) << side << " " << window.kernel;
    EXPECT_EQ(padded.size(3), padded.size(2));
    if (before == after) {
      EXPECT_EQ(rest, before) << "left to the operator";
      continue;
    }
    EXPECT_EQ(rest, 0);
    EXPECT_TRUE(at::equal(padded.slice(2, before, before + side).slice(3, before, before + side), map));
    EXPECT_EQ(padded[0][0][before + side][before].item<double>(), 5);
    EXPECT_EQ(padded[0][0][0][before].item<double>(), before > 0 ? 5 : 1);
  }
}

TEST(PadFor, PadsEachSideForItself) {
  const auto [padded, rest] = pad_for(at::ones({1, 1, 8, 9}), {3, 2}, Padding::kSame, 0);
  EXPECT_EQ(padded.sizes(), at::IntArrayRef({1, 1, 9, 11}));
  EXPECT_EQ(rest, 0);
}

TEST(PadFor, LeavesSymmetricPaddingToTheOperator) {
  const at::Tensor map = at::ones({1, 1, 8, 8});
  const auto [padded, rest] = pad_for(map, {7, 2}, Padding::kSymmetric, 0);
  EXPECT_TRUE(padded.is_same(map));
  EXPECT_EQ(rest, 3);
}

}  // namespace

}  // namespace wsol
