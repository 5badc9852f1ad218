#include "native/metrics/box.h"

#include <gtest/gtest.h>

#include <limits>

namespace wsol {

namespace {

constexpr int32_t kFar = std::numeric_limits<int32_t>::max() / 2;

TEST(IntersectionOverUnion, CountsTheLastPixelIn) {
  EXPECT_EQ(intersection_over_union({0, 0, 0, 0}, {0, 0, 0, 0}), 1.0);
  EXPECT_EQ(intersection_over_union({0, 0, 1, 1}, {1, 1, 2, 2}), 1.0 / 7);
}

TEST(IntersectionOverUnion, IsZeroForBoxesApart) {
  EXPECT_EQ(intersection_over_union({0, 0, 1, 1}, {5, 0, 6, 1}), 0.0);
}

TEST(IntersectionOverUnion, IsZeroWhereTheDenominatorIsNotPositive) {
  EXPECT_EQ(intersection_over_union({0, 0, -1, -1}, {3, 3, 2, 2}), 0.0);
  EXPECT_EQ(intersection_over_union({0, 0, -3, 0}, {0, 0, 0, 0}), 0.0);
}

TEST(IntersectionOverUnion, TakesCoordinatesFarOut) {
  EXPECT_EQ(intersection_over_union({-kFar, -kFar, kFar, kFar}, {-kFar, -kFar, kFar, kFar}), 1.0);
}

}  // namespace

}  // namespace wsol
