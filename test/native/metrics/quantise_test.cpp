#include "native/metrics/quantise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "native/metrics/threshold_grid.h"

namespace wsol {

namespace {

template <typename Score>
std::vector<int> levels_of(const std::vector<Score>& scores) {
  std::vector<uint8_t> levels(scores.size());
  EXPECT_TRUE(quantise(std::span<const Score>(scores), std::span(levels)).has_value());
  return {levels.begin(), levels.end()};
}

TEST(ThresholdGrid, MultipliesInDoublePrecision) {
  const std::vector<double> grid = threshold_grid(0.01);
  EXPECT_EQ(grid.size(), 100U);
  EXPECT_EQ(grid[57], 0.5700000000000001);
  EXPECT_NE(grid[57], 0.57);
}

TEST(ThresholdGrid, EndsBelowOne) {
  EXPECT_EQ(threshold_grid(0.03).size(), 34U);
  EXPECT_EQ(threshold_grid(0.001).size(), 1000U);
  EXPECT_EQ(threshold_grid(1), std::vector<double>{0.0});
}

TEST(Quantise, TruncatesTo255Levels) {
  EXPECT_EQ(levels_of<double>({0, 0.003, 1.0 / 255, 0.5, 0.9999, 1}), (std::vector<int>{0, 0, 1, 127, 254, 255}));
}

TEST(Quantise, GivesSinglePrecisionTheLevelsOfDouble) {
  std::vector<float> scores;
  for (int level = 0; level <= 255; ++level) {
    const float score = static_cast<float>(level) / 255;
    scores.insert(scores.end(), {std::nextafter(score, 0.0F), score, std::min(1.0F, std::nextafter(score, 1.0F))});
  }
  EXPECT_EQ(levels_of(scores), levels_of(std::vector<double>(scores.begin(), scores.end())));
}

TEST(Quantise, ReturnsTheLargestLevel) {
  const std::vector<float> scores(5000, 0.25F);
  std::vector<uint8_t> levels(scores.size());
  EXPECT_EQ(quantise(std::span<const float>(scores), std::span(levels)), 63);
}

TEST(Quantise, RejectsNanInfinityAndValuesOutside) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double wrong : {std::nan(""), infinity, -infinity, -1e-9, std::nextafter(1.0, 2.0), 1e300}) {
    std::vector<double> scores(3000, 0.5);
    scores[2100] = wrong;
    std::vector<uint8_t> levels(scores.size());
    EXPECT_EQ(quantise(std::span<const double>(scores), std::span(levels)), std::nullopt) << wrong;
  }
}

TEST(Quantise, TakesNegativeZero) { EXPECT_EQ(levels_of<double>({-0.0}), std::vector<int>{0}); }

TEST(ThresholdLevel, TruncatesRelativeToTheLargestLevel) {
  EXPECT_EQ(threshold_level(0.15, 255), 38);
  EXPECT_EQ(threshold_level(57 * 0.01, 100), 57);
  EXPECT_EQ(threshold_level(0.57, 100), 56);
  EXPECT_EQ(threshold_level(1, 200), 200);
  EXPECT_EQ(threshold_level(0.999, 0), 0);
}

}  // namespace

}  // namespace wsol
