#include "native/metrics/contours/score_map_boxes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "metrics/box_text.h"
#include "metrics/plain_boxes.h"
#include "metrics/random_maps.h"

namespace wsol {

namespace {

uint8_t largest_of(const std::vector<uint8_t>& levels) { return *std::max_element(levels.begin(), levels.end()); }

/// The boxes of all contours at one threshold level, out of those of all levels.
std::vector<Box> all_at(const ScoreMapBoxes& found, int level) {
  std::vector<Box> boxes;
  found.for_each_contour([&](const Box& box, int lowest, int highest) {
    if (lowest <= level && level <= highest) boxes.push_back(box);
  });
  if (boxes.empty()) boxes.push_back(kEmptyMapBox);
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) {
    return std::tie(a.x0, a.y0, a.x1, a.y1) < std::tie(b.x0, b.y0, b.x1, b.y1);
  });
  return boxes;
}

std::string draw(const RandomMap& map) {
  std::string text = "\n";
  for (size_t i = 0; i < map.levels.size(); ++i) {
    text += std::to_string(map.levels[i]) + ((i + 1) % static_cast<size_t>(map.width) == 0 ? "\n" : " ");
  }
  return text;
}

TEST(ScoreMapBoxes, AgreesWithFloodFillOnRandomMapsOfFewLevels) {
  std::mt19937 generator(20230419);
  ScoreMapBoxes found;
  for (int round = 0; round < 10000; ++round) {
    const RandomMap map = random_map(generator, round % 4 == 0 ? 64 : 16);
    found.find(map.levels, map.width, map.height, largest_of(map.levels));
    std::vector<int> thresholds(map.levels.begin(), map.levels.end());
    thresholds.push_back(0);
    std::sort(thresholds.begin(), thresholds.end());
    thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
    for (const int level : thresholds) {
      if (level > largest_of(map.levels)) continue;
      const plain::MaskBoxes expected = plain::boxes_of_mask(map.levels, map.width, map.height, level);
      ASSERT_EQ(all_at(found, level), expected.all) << "round " << round << " level " << level << draw(map);
      ASSERT_EQ(found.largest(level), expected.largest) << "round " << round << " level " << level << draw(map);
    }
  }
}

TEST(ScoreMapBoxes, NeedsNoFreshMemoryForAnotherMap) {
  ScoreMapBoxes found;
  const std::vector<uint8_t> wide = {9, 0, 9, 9};
  found.find(wide, 4, 1, 9);
  EXPECT_EQ(all_at(found, 0), (std::vector<Box>{{0, 0, 1, 0}, {2, 0, 3, 0}}));
  const std::vector<uint8_t> dark = {0, 0};
  found.find(dark, 1, 2, 0);
  EXPECT_EQ(all_at(found, 0), std::vector<Box>{kEmptyMapBox});
  EXPECT_EQ(found.largest(0), kEmptyMapBox);
}

TEST(ScoreMapBoxes, TakesMapsWiderThanAWordAndAllOfOneLevel) {
  const int width = 200, height = 3;
  const std::vector<uint8_t> flat(static_cast<size_t>(width * height), 7);
  ScoreMapBoxes found;
  found.find(flat, width, height, 7);
  for (int level = 0; level < 7; ++level) EXPECT_EQ(all_at(found, level), (std::vector<Box>{{0, 0, 199, 2}}));
  EXPECT_EQ(found.largest(7), kEmptyMapBox);
}

}  // namespace

}  // namespace wsol
