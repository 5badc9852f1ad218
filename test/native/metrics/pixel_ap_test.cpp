#include "native/metrics/pixel_ap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include "native/metrics/threshold_grid.h"

namespace wsol {

namespace {

ScoreMaps maps_of(const std::vector<double>& scores, size_t count = 1) {
  return {.data = std::span<const double>(scores),
          .count = count,
          .height = 1,
          .width = static_cast<int>(scores.size() / count)};
}

TEST(PixelAp, CountsPixelsFromAnEdgeToBeforeTheNext) {
  PixelAp metric(0.25, 1);
  const std::vector<double> scores = {0, 0.2499, 0.25, 0.5, 0.74, 0.75, 0.999, 1};
  const std::vector<uint8_t> masks = {1, 0, 1, 0, 1, 0, 1, 0};
  metric.update(maps_of(scores), masks, false);
  EXPECT_EQ(metric.counts().foreground, (std::vector<uint64_t>{1, 1, 1, 1, 0, 0}));
  EXPECT_EQ(metric.counts().background, (std::vector<uint64_t>{1, 0, 1, 1, 1, 0}));
}

TEST(PixelAp, DropsIgnoredPixels) {
  PixelAp metric(0.5, 1);
  const std::vector<double> scores = {0.1, 0.2, 0.9};
  metric.update(maps_of(scores), std::vector<uint8_t>{255, 1, 255}, false);
  EXPECT_EQ(metric.counts().foreground, (std::vector<uint64_t>{1, 0, 0, 0}));
  EXPECT_EQ(metric.counts().background, (std::vector<uint64_t>{0, 0, 0, 0}));
}

TEST(PixelAp, FindsTheBinOfScoresAtAndBesideEveryEdge) {
  for (const double step : {0.001, 0.01, 0.03, 1.0 / 3, 0.07, 1.0}) {
    const std::vector<double> grid = threshold_grid(step);
    std::vector<double> scores;
    for (const double edge : grid) {
      for (const double score : {std::nextafter(edge, -1.0), edge, std::nextafter(edge, 2.0)}) {
        if (score >= 0 && score <= 1) scores.push_back(score);
      }
    }
    std::vector<uint64_t> expected(grid.size() + 2);
    for (const double score : scores) {
      size_t bin = score < 1 ? 0 : grid.size();
      while (score < 1 && bin + 1 < grid.size() && grid[bin + 1] <= score) ++bin;
      ++expected[bin];
    }
    PixelAp metric(step, 1);
    metric.update(maps_of(scores), std::vector<uint8_t>(scores.size(), 1), false);
    EXPECT_EQ(metric.counts().foreground, expected) << step;
  }
}

TEST(PixelAp, ComparesSinglePrecisionScoresAsDoubles) {
  PixelAp metric(0.1, 1);
  // 0.7F lies below 7 * 0.1 in double precision.
  const std::vector<float> scores = {0.7F};
  metric.update({.data = std::span<const float>(scores), .count = 1, .height = 1, .width = 1}, std::vector<uint8_t>{1},
                false);
  EXPECT_EQ(metric.counts().foreground[6], 1U);
}

TEST(PixelAp, DoesNotDependOnTheNumberOfThreads) {
  std::mt19937 generator(2);
  std::uniform_real_distribution<double> score(0, 1);
  const size_t count = 37, pixels = 100;
  std::vector<double> scores(count * pixels);
  std::vector<uint8_t> masks(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    scores[i] = score(generator);
    masks[i] = i % 7 == 0 ? 255 : i % 2;
  }
  PixelAp alone(0.01, 1), together(0.01, 8);
  alone.update(maps_of(scores, count), masks, false);
  together.update(maps_of(scores, count), masks, false);
  EXPECT_EQ(alone.counts().foreground, together.counts().foreground);
  EXPECT_EQ(alone.counts().background, together.counts().background);
}

TEST(PixelAp, TellsWhatEachImageAddedAndCountsTheSame) {
  const std::vector<double> scores = {0.1, 0.9, 0.2, 0.3, 0.4, 1};
  const std::vector<uint8_t> masks = {0, 1, 255, 1, 1, 0};
  for (const unsigned threads : {1U, 4U}) {
    PixelAp metric(0.5, threads);
    const auto histograms = metric.update(maps_of(scores, 3), masks, true);
    // Per image: foreground of the bins from 0, 0.5, 1 and 2, then background.
    EXPECT_EQ(*histograms,
              (std::vector<int32_t>{0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0}));
    EXPECT_EQ(metric.counts().foreground, (std::vector<uint64_t>{2, 1, 0, 0}));
    EXPECT_EQ(metric.counts().background, (std::vector<uint64_t>{1, 0, 1, 0}));
  }
}

TEST(PixelAp, TellsNothingOfImagesUnlessAsked) {
  PixelAp metric(0.5, 1);
  const std::vector<double> scores = {0.1};
  EXPECT_FALSE(metric.update(maps_of(scores), std::vector<uint8_t>{1}, false));
}

TEST(PixelAp, MergesAndForgets) {
  const std::vector<double> scores = {0.1, 0.9};
  const std::vector<uint8_t> masks = {0, 1};
  PixelAp one(0.5, 1), other(0.5, 1);
  one.update(maps_of(scores), masks, false);
  other.update(maps_of(scores), masks, false);
  one.merge(other);
  EXPECT_EQ(one.counts().foreground, (std::vector<uint64_t>{0, 2, 0, 0}));
  one.merge(one);
  EXPECT_EQ(one.counts().background, (std::vector<uint64_t>{4, 0, 0, 0}));
  one.reset();
  EXPECT_EQ(one.counts().foreground, (std::vector<uint64_t>{0, 0, 0, 0}));
}

TEST(PixelAp, RejectsMergingAnotherStep) {
  PixelAp metric(0.5, 1);
  EXPECT_THROW(metric.merge(PixelAp(0.25, 1)), std::invalid_argument);
}

TEST(PixelAp, RejectsAnInvalidMapOrMaskAndCountsNothing) {
  PixelAp metric(0.5, 2);
  const std::vector<double> wrong = {0.1, 0.9, 0.2, -0.1};
  try {
    metric.update(maps_of(wrong, 2), std::vector<uint8_t>{0, 1, 0, 1}, false);
    FAIL() << "expected InvalidScoreMap";
  } catch (const InvalidScoreMap& error) {
    EXPECT_EQ(error.index, 1U);
  }
  const std::vector<double> right = {0.1, 0.9, 0.2, 0.1};
  try {
    metric.update(maps_of(right, 2), std::vector<uint8_t>{0, 1, 0, 2}, false);
    FAIL() << "expected InvalidMask";
  } catch (const InvalidMask& error) {
    EXPECT_EQ(error.index, 1U);
    EXPECT_STREQ(error.what(), "expected 0, 1 or 255 in mask 1, got 2 in row 0, column 1");
  }
  EXPECT_EQ(metric.counts().foreground, (std::vector<uint64_t>{0, 0, 0, 0}));
}

}  // namespace

}  // namespace wsol
