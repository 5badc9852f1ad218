#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string_view>
#include <vector>

#include "metrics/box_text.h"
#include "metrics/plain_boxes.h"
#include "metrics/random_maps.h"
#include "native/metrics/contours/score_map_boxes.h"

namespace wsol {

namespace {

/// A map drawn in rows; '.' is level 0, a digit that level.
struct Drawing {
  Drawing(std::initializer_list<std::string_view> rows)
      : width(static_cast<int>(rows.begin()->size())), height(static_cast<int>(rows.size())) {
    for (const std::string_view row : rows) {
      for (const char pixel : row) levels.push_back(pixel == '.' ? 0 : static_cast<uint8_t>(pixel - '0'));
    }
  }

  std::vector<Box> all(int level = 0) const { return boxes_at_level(levels, width, height, level, BoxRule::kAll); }
  std::vector<Box> extent(int level = 0) const {
    return boxes_at_level(levels, width, height, level, BoxRule::kExtent);
  }
  Box largest(int level = 0) const { return boxes_at_level(levels, width, height, level, BoxRule::kLargest).at(0); }

  int width, height;
  std::vector<uint8_t> levels;
};

using Boxes = std::vector<Box>;

TEST(BoxesAtLevel, EndOnePixelLaterThanTheComponentUnlessTheMapDoes) {
  const Drawing map = {"......", ".11...", ".11.11", "....11"};
  EXPECT_EQ(map.all(), (Boxes{{1, 1, 3, 3}, {4, 2, 5, 3}}));
}

TEST(BoxesAtLevel, CountForegroundStrictlyAboveTheLevel) {
  const Drawing map = {"1221", "1331", "1111"};
  EXPECT_EQ(map.largest(0), (Box{0, 0, 3, 2}));
  EXPECT_EQ(map.largest(1), (Box{1, 0, 3, 2}));
  EXPECT_EQ(map.largest(2), (Box{1, 1, 3, 2}));
  EXPECT_EQ(map.largest(3), kEmptyMapBox);
}

TEST(BoxesAtLevel, AreTheZeroBoxWhereNothingIsForeground) {
  const Drawing map = {"...", "..."};
  EXPECT_EQ(map.all(), Boxes{kEmptyMapBox});
  EXPECT_EQ(map.largest(), kEmptyMapBox);
}

TEST(BoxesAtLevel, AreTheWholeMapOfOnePixel) {
  EXPECT_EQ(Drawing({"5"}).all(), (Boxes{{0, 0, 0, 0}}));
  EXPECT_EQ(Drawing({"5"}).largest(), (Box{0, 0, 0, 0}));
}

TEST(BoxesAtLevel, JoinPixelsThatTouchAtACorner) {
  EXPECT_EQ(Drawing({"1..", ".1.", "..1"}).all(), (Boxes{{0, 0, 2, 2}}));
  EXPECT_EQ(Drawing({"..1", ".1.", "1.."}).all(), (Boxes{{0, 0, 2, 2}}));
}

TEST(BoxesAtLevel, IncludeABoxForEachHole) {
  const Drawing ring = {"......", ".111..", ".1.1..", ".111..", "......", "......"};
  EXPECT_EQ(ring.all(), (Boxes{{1, 1, 4, 4}, {1, 1, 4, 4}}));
  const Drawing wide = {"........", ".111111.", ".1.11.1.", ".111111.", "........"};
  EXPECT_EQ(wide.all(), (Boxes{{1, 1, 4, 4}, {1, 1, 7, 4}, {4, 1, 7, 4}}));
}

TEST(BoxesAtLevel, SeparateHolesThatTouchAtACornerOnly) {
  const Drawing map = {"11111", "1.111", "11.11", "11111", "....."};
  EXPECT_EQ(map.all(), (Boxes{{0, 0, 3, 3}, {0, 0, 4, 4}, {1, 1, 4, 4}}));
}

TEST(BoxesAtLevel, CountNoHoleThatReachesTheEdge) {
  EXPECT_EQ(Drawing({"111", "1..", "111"}).all(), (Boxes{{0, 0, 2, 2}}));
  EXPECT_EQ(Drawing({"1.1", "111"}).all(), (Boxes{{0, 0, 2, 1}}));
}

TEST(BoxesAtLevel, CountAnIslandInAHoleByItself) {
  const Drawing map = {"1111111", "1.....1", "1.111.1", "1.1.1.1", "1.111.1", "1.....1", "1111111"};
  EXPECT_EQ(map.all(), (Boxes{{0, 0, 6, 6}, {0, 0, 6, 6}, {2, 2, 5, 5}, {2, 2, 5, 5}}));
  EXPECT_EQ(map.largest(), (Box{0, 0, 6, 6}));
}

TEST(LargestContour, FillsHolesBeforeItMeasures) {
  // The ring encloses 16 though few of its own windows are full; the block 9.
  const Drawing map = {"11111......", "1...1.1111.", "1...1.1111.", "1...1.1111.", "11111.1111."};
  EXPECT_EQ(map.largest(), (Box{0, 0, 5, 4}));
}

TEST(LargestContour, CountsNoPixelsButEnclosedArea) {
  // A line of nine pixels encloses nothing, a square of four one.
  const Drawing map = {"111111111", ".........", "......11.", "......11."};
  EXPECT_EQ(map.largest(), (Box{6, 2, 8, 3}));
}

TEST(LargestContour, CountsThreeOfFourAsHalf) {
  EXPECT_EQ(Drawing({"11...", "1....", ".....", "11111"}).largest(), (Box{0, 0, 2, 2}));
  EXPECT_EQ(Drawing({".11..", "11...", ".....", "11...", "1...."}).largest(), (Box{0, 0, 3, 2}));
}

TEST(LargestContour, TakesTheLastInRasterOrderOfEquals) {
  EXPECT_EQ(Drawing({"1.1.1", "....."}).largest(), (Box{4, 0, 4, 1}));
  EXPECT_EQ(Drawing({"..1.", "....", "1..."}).largest(), (Box{0, 2, 1, 2}));
  // By its first pixel in raster order, not by its leftmost one.
  EXPECT_EQ(Drawing({"...1.1", "..1...", ".1...."}).largest(), (Box{5, 0, 5, 1}));
  EXPECT_EQ(Drawing({"11.11.", "11.11.", "......"}).largest(), (Box{3, 0, 5, 2}));
}

TEST(Extent, IsTheFirstAndTheLastPixelOfTheLargestContour) {
  EXPECT_EQ(Drawing({"......", ".11...", ".11.11", "......"}).extent(), (Boxes{{1, 1, 2, 2}}));
  EXPECT_EQ(Drawing({"1111", "1..1", "1111"}).extent(), (Boxes{{0, 0, 3, 2}}));
}

TEST(Extent, TellsAComponentThatReachesTheEdgeFromOneThatEndsBeforeIt) {
  const Drawing before = {"11.", "11.", "..."}, at = {"111", "111", "111"};
  EXPECT_EQ(before.largest(), at.largest());
  EXPECT_EQ(before.extent(), (Boxes{{0, 0, 1, 1}}));
  EXPECT_EQ(at.extent(), (Boxes{{0, 0, 2, 2}}));
}

TEST(Extent, IsNoneWhereNothingIsForeground) {
  EXPECT_EQ(Drawing({"1.", ".."}).extent(1), Boxes{});
  EXPECT_EQ(Drawing({"1.", ".."}).extent(0), (Boxes{{0, 0, 0, 0}}));
}

TEST(BoxesAtLevel, AgreeWithFloodFillAtEveryLevel) {
  std::mt19937 generator(4);
  for (int round = 0; round < 500; ++round) {
    const RandomMap map = random_map(generator, 24);
    const int level = std::uniform_int_distribution<int>(0, 255)(generator);
    const plain::MaskBoxes expected = plain::boxes_of_mask(map.levels, map.width, map.height, level);
    EXPECT_EQ(boxes_at_level(map.levels, map.width, map.height, level, BoxRule::kAll), expected.all);
    EXPECT_EQ(boxes_at_level(map.levels, map.width, map.height, level, BoxRule::kLargest), Boxes{expected.largest});
    for (const Box& pixels : boxes_at_level(map.levels, map.width, map.height, level, BoxRule::kExtent)) {
      const Box box = {.x0 = pixels.x0,
                       .y0 = pixels.y0,
                       .x1 = std::min(pixels.x1 + 1, map.width - 1),
                       .y1 = std::min(pixels.y1 + 1, map.height - 1)};
      EXPECT_EQ(box, expected.largest);
    }
  }
}

}  // namespace

}  // namespace wsol
