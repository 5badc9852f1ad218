#include "native/metrics/max_box_acc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

#include "metrics/plain_boxes.h"
#include "metrics/random_maps.h"
#include "native/metrics/level_hits.h"
#include "native/metrics/quantise.h"
#include "native/metrics/threshold_grid.h"

namespace wsol {

namespace {

constexpr int kWidth = 24, kHeight = 17;

/// Random maps of one size with one to three true boxes each.
struct Batch {
  explicit Batch(size_t count, unsigned seed) : count(count) {
    std::mt19937 generator(seed);
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); };
    truth.offsets.push_back(0);
    for (size_t image = 0; image < count; ++image) {
      const double top = pick(0, 10) == 0 ? 0 : pick(20, 255) / 255.0;
      int level = pick(0, 5);
      for (int pixel = 0; pixel < kWidth * kHeight; ++pixel) {
        if (pick(0, 2) == 0) level = pick(0, 5);
        scores.push_back(top * level / 5);
      }
      for (int box = pick(1, 3); box > 0; --box) {
        const int x = pick(0, kWidth - 1), y = pick(0, kHeight - 1);
        truth.boxes.push_back({x, y, pick(x, kWidth - 1), pick(y, kHeight - 1)});
      }
      truth.offsets.push_back(static_cast<int32_t>(truth.boxes.size()));
      correct.push_back(static_cast<uint8_t>(pick(0, 1)));
    }
  }

  LevelMaps maps() {
    levels.resize(scores.size());
    const ScoreMaps maps{.data = std::span<const double>(scores), .count = count, .height = kHeight, .width = kWidth};
    return quantise(maps, levels, 2);
  }

  size_t count;
  std::vector<uint8_t> levels;
  std::vector<double> scores;
  TrueBoxes truth;
  std::vector<uint8_t> correct;
};

double best_iou(const std::vector<Box>& boxes, std::span<const Box> truth) {
  double best = 0;
  for (const Box& box : boxes) {
    for (const Box& one : truth) best = std::max(best, intersection_over_union(box, one));
  }
  return best;
}

/// Threshold by threshold, by flood fill.
MaxBoxAccCounts plain_counts(const Batch& batch, const std::vector<double>& thresholds) {
  MaxBoxAccCounts counts{.images = batch.count, .largest = {}, .all = {}, .top1 = {}};
  for (const double threshold : thresholds) {
    std::array<uint64_t, 3> largest{}, all{};
    uint64_t top1 = 0;
    for (size_t image = 0; image < batch.count; ++image) {
      const auto begin = batch.scores.begin() + static_cast<std::ptrdiff_t>(image) * kWidth * kHeight;
      std::vector<uint8_t> levels;
      std::transform(begin, begin + kWidth * kHeight, std::back_inserter(levels),
                     [](double score) { return static_cast<uint8_t>(score * 255); });
      const int cut = static_cast<int>(threshold * *std::max_element(levels.begin(), levels.end()));
      const plain::MaskBoxes boxes = plain::boxes_of_mask(levels, kWidth, kHeight, cut);
      const double largest_iou = best_iou({boxes.largest}, batch.truth.of(image));
      for (size_t d = 0; d < 3; ++d) {
        largest[d] += largest_iou >= kIouLevels[d];
        all[d] += best_iou(boxes.all, batch.truth.of(image)) >= kIouLevels[d];
      }
      top1 += batch.correct[image] != 0 && largest_iou >= 0.5;
    }
    counts.largest.insert(counts.largest.end(), largest.begin(), largest.end());
    counts.all.insert(counts.all.end(), all.begin(), all.end());
    counts.top1.push_back(top1);
  }
  return counts;
}

void expect_equal(const MaxBoxAccCounts& actual, const MaxBoxAccCounts& expected) {
  EXPECT_EQ(actual.images, expected.images);
  EXPECT_EQ(actual.largest, expected.largest);
  EXPECT_EQ(actual.all, expected.all);
  EXPECT_EQ(actual.top1, expected.top1);
}

TEST(MaxBoxAcc, CountsAsThresholdByThreshold) {
  Batch batch(60, 3);
  MaxBoxAcc metric(0.03, {0.15, 1.0}, 1);
  metric.update(batch.maps(), batch.truth, batch.correct, false);
  const MaxBoxAcc::Counts counts = metric.counts();
  expect_equal(counts.grid, plain_counts(batch, threshold_grid(0.03)));
  expect_equal(counts.extra, plain_counts(batch, {0.15, 1.0}));
  EXPECT_GT(*std::max_element(counts.grid.all.begin(), counts.grid.all.end()), 10U);
}

TEST(MaxBoxAcc, DoesNotDependOnTheNumberOfThreadsNorOnTheBatches) {
  Batch batch(41, 5);
  MaxBoxAcc alone(0.01, {0.15}, 1);
  alone.update(batch.maps(), batch.truth, batch.correct, false);
  const MaxBoxAcc::Counts expected = alone.counts();
  for (const unsigned threads : {0U, 2U, 7U, 64U}) {
    MaxBoxAcc together(0.01, {0.15}, threads);
    together.update(batch.maps(), batch.truth, batch.correct, false);
    expect_equal(together.counts().grid, expected.grid);
    expect_equal(together.counts().extra, expected.extra);
  }
}

TEST(MaxBoxAcc, MergesToTheCountsOfAllImages) {
  Batch first(9, 1), second(14, 2);
  MaxBoxAcc one(0.05, {}, 1), other(0.05, {}, 1), both(0.05, {}, 1);
  one.update(first.maps(), first.truth, first.correct, false);
  other.update(second.maps(), second.truth, second.correct, false);
  both.update(first.maps(), first.truth, first.correct, false);
  both.update(second.maps(), second.truth, second.correct, false);
  one.merge(other);
  expect_equal(one.counts().grid, both.counts().grid);
  one.merge(one);
  EXPECT_EQ(one.counts().grid.images, 46U);
}

TEST(MaxBoxAcc, RejectsMergingOtherThresholds) {
  MaxBoxAcc metric(0.05, {0.1}, 1);
  EXPECT_THROW(metric.merge(MaxBoxAcc(0.01, {0.1}, 1)), std::invalid_argument);
  EXPECT_THROW(metric.merge(MaxBoxAcc(0.05, {}, 1)), std::invalid_argument);
}

TEST(MaxBoxAcc, ForgetsAtReset) {
  Batch batch(5, 8);
  MaxBoxAcc metric(0.1, {}, 1);
  metric.update(batch.maps(), batch.truth, {}, false);
  metric.reset();
  EXPECT_EQ(metric.counts().grid.images, 0U);
  EXPECT_EQ(metric.counts().grid.all, std::vector<uint64_t>(30, 0));
}

TEST(MaxBoxAcc, TellsWhatEachImageHit) {
  Batch batch(12, 13);
  MaxBoxAcc metric(0.02, {}, 3);
  const auto facts = metric.update(batch.maps(), batch.truth, {}, true);
  ASSERT_TRUE(facts.has_value());
  const MaxBoxAccCounts counts = metric.counts().grid;
  for (size_t index = 0; index < 50; ++index) {
    for (size_t d = 0; d < 3; ++d) {
      uint64_t largest = 0, all = 0;
      for (size_t image = 0; image < batch.count; ++image) {
        largest += facts->largest_iou[image * 50 + index] >= kIouLevels[d];
        all += facts->all_hits[(image * 50 + index) * 3 + d];
      }
      EXPECT_EQ(largest, counts.largest[index * 3 + d]);
      EXPECT_EQ(all, counts.all[index * 3 + d]);
    }
  }
}

TEST(MaxBoxAcc, TakesAnEmptyBatch) {
  MaxBoxAcc metric(0.1, {}, 4);
  const LevelMaps nothing{.levels = {}, .largest = {}, .count = 0, .height = 3, .width = 3};
  metric.update(nothing, {.boxes = {}, .offsets = {0}}, {}, false);
  EXPECT_EQ(metric.counts().grid.images, 0U);
}

TEST(MaxBoxAcc, RejectsPredictionsBesideNoneAndCountsNothing) {
  Batch batch(4, 21);
  MaxBoxAcc metric(0.1, {}, 2), other(0.1, {}, 2);
  metric.update(batch.maps(), batch.truth, {}, false);
  try {
    metric.update(batch.maps(), batch.truth, batch.correct, false);
    FAIL() << "expected MixedPredictions";
  } catch (const MixedPredictions& error) {
    EXPECT_STREQ(error.parameter, "correct");
    EXPECT_STREQ(error.what(), "expected no predictions, as before, for 'correct', got some");
  }
  other.update(batch.maps(), batch.truth, batch.correct, false);
  EXPECT_THROW(metric.merge(other), MixedPredictions);
  EXPECT_EQ(metric.counts().grid.images, 4U);
  metric.reset();
  metric.merge(other);
  EXPECT_TRUE(metric.counts().has_predictions);
}

TEST(MaxBoxAcc, AnEmptyBatchDecidesNothing) {
  Batch nothing(0, 1), batch(3, 2);
  MaxBoxAcc metric(0.1, {}, 1);
  metric.update(nothing.maps(), nothing.truth, {}, false);
  metric.update(batch.maps(), batch.truth, batch.correct, false);
  metric.update(nothing.maps(), nothing.truth, {}, false);
  EXPECT_TRUE(metric.counts().has_predictions);
}

}  // namespace

}  // namespace wsol
