#include "native/metrics/level_maps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace wsol {

namespace {

ScoreMaps maps_of(const std::vector<double>& scores, size_t count, int height, int width) {
  return {.data = std::span<const double>(scores), .count = count, .height = height, .width = width};
}

TEST(LevelMaps, HoldTheLevelsAndTheLargestOfEachMap) {
  const std::vector<double> scores = {0, 0.5, 0.25, 0, 1, 0.1};
  std::vector<uint8_t> levels(scores.size());
  const LevelMaps maps = quantise(maps_of(scores, 3, 1, 2), levels, 2);
  EXPECT_EQ(levels, (std::vector<uint8_t>{0, 127, 63, 0, 255, 25}));
  EXPECT_EQ(maps.largest, (std::vector<uint8_t>{127, 63, 255}));
  EXPECT_EQ(maps.of(2)[1], 25);
}

TEST(LevelMaps, RejectTheFirstInvalidMapForAnyNumberOfThreads) {
  std::vector<double> scores(20 * 6, 0.5);
  scores[6 * 15] = 1.5;
  scores[6 * 6 + 3 + 2] = std::nan("");
  std::vector<uint8_t> levels(scores.size());
  for (const unsigned threads : {0U, 1U, 7U}) {
    try {
      quantise(maps_of(scores, 20, 2, 3), levels, threads);
      FAIL() << "expected InvalidScoreMap";
    } catch (const InvalidScoreMap& error) {
      EXPECT_EQ(error.index, 6U);
      EXPECT_STREQ(error.what(), "expected values from 0 to 1 in score map 6, got NaN in row 1, column 2");
    }
  }
}

TEST(LevelMaps, LargeBatchesAreSharedAmongThreadsWithTheSameResult) {
  constexpr size_t kCount = 30, kSide = 256;
  std::vector<double> scores(kCount * kSide * kSide);
  for (size_t at = 0; at < scores.size(); ++at) scores[at] = static_cast<double>(at * 7919 % 1009) / 1008;
  std::vector<uint8_t> alone(scores.size()), together(scores.size());
  const LevelMaps one = quantise(maps_of(scores, kCount, kSide, kSide), alone, 1);
  const LevelMaps many = quantise(maps_of(scores, kCount, kSide, kSide), together, 5);
  EXPECT_EQ(alone, together);
  EXPECT_EQ(one.largest, many.largest);
}

}  // namespace

}  // namespace wsol
