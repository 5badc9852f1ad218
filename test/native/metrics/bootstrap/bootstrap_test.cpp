#include "native/metrics/bootstrap/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "native/metrics/bootstrap/image_draws.h"

namespace wsol {

namespace {

constexpr int32_t kThresholds = 12;

/// Random states that change at some thresholds, also back and forth and all at one threshold.
HitStates random_hits(std::mt19937& generator, size_t images) {
  const auto pick = [&](int high) { return std::uniform_int_distribution<int>(0, high)(generator); };
  HitStates hits{.offsets = {0}, .begins = {}, .states = {}};
  for (size_t image = 0; image < images; ++image) {
    for (int32_t threshold = 0; threshold < kThresholds; ++threshold) {
      if (threshold > 0 && pick(2) > 0) continue;
      hits.begins.push_back(threshold);
      hits.states.push_back(static_cast<uint8_t>(pick(15)));
    }
    hits.offsets.push_back(static_cast<int32_t>(hits.begins.size()));
  }
  return hits;
}

ImageFacts random_facts(std::mt19937& generator, size_t images) {
  const auto pick = [&](int high) { return std::uniform_int_distribution<int>(0, high)(generator); };
  ImageFacts facts{.hits = random_hits(generator, images),
                   .image_of_pair = {},
                   .is_pair_right = {},
                   .val_threshold = pick(kThresholds - 1),
                   .is_class_right = {},
                   .entropy = {},
                   .pixels = std::nullopt};
  for (size_t image = 0; image < images; ++image) {
    facts.is_class_right.push_back(static_cast<uint8_t>(pick(1)));
    facts.entropy.push_back(pick(1000) / 997.0);
  }
  std::vector<int32_t> counts(images * 2 * 5);
  for (int32_t& count : counts) count = pick(9);
  facts.pixels.emplace(counts, 5);
  return facts;
}

/// The highest rate of the images drawn, threshold by threshold.
double plain_best(const HitStates& hits, uint8_t bit, const std::vector<uint8_t>& is_counted,
                  const std::vector<int32_t>& times) {
  int32_t best = 0;
  for (int32_t threshold = 0; threshold < kThresholds; ++threshold) {
    int32_t count = 0;
    for (size_t image = 0; image < times.size(); ++image) {
      if ((hits.at(image, threshold) & bit) != 0 && is_counted[image] != 0) count += times[image];
    }
    best = std::max(best, count);
  }
  return best / static_cast<double>(times.size());
}

TEST(ImageDraws, DrawAsManyImagesAsThereAreAlikeForASeedAndAResample) {
  std::vector<int32_t> times(100), again(100, 7), other(100);
  draw_images(3, 5, times);
  draw_images(3, 5, again);
  EXPECT_EQ(times, again);
  EXPECT_EQ(std::accumulate(times.begin(), times.end(), 0), 100);
  draw_images(3, 6, other);
  EXPECT_NE(times, other);
  draw_images(4, 5, other);
  EXPECT_NE(times, other);
}

TEST(ImageDraws, DrawEveryImageEquallyOften) {
  const size_t images = 10, resamples = 20000;
  std::vector<int32_t> times(images);
  std::vector<int64_t> sums(images);
  for (uint64_t resample = 0; resample < resamples; ++resample) {
    draw_images(0, resample, times);
    for (size_t image = 0; image < images; ++image) sums[image] += times[image];
  }
  // Within five standard deviations of the mean, resamples.
  for (const int64_t sum : sums) EXPECT_NEAR(static_cast<double>(sum), 20000, 5 * std::sqrt(20000 * 0.9));
}

TEST(HitStates, HoldFromTheirThresholdToTheNext) {
  const HitStates hits{.offsets = {0, 1, 3}, .begins = {0, 0, 4}, .states = {9, 1, 6}};
  EXPECT_EQ(hits.at(0, 11), 9);
  EXPECT_EQ(hits.at(1, 3), 1);
  EXPECT_EQ(hits.at(1, 4), 6);
}

TEST(HitCurve, CountsNoImageTwiceWhereOneBeginsAndAnotherCeasesAtOneThreshold) {
  // Image 0 is hit below threshold 3, image 1 from there on: never both.
  const HitStates hits{.offsets = {0, 2, 4}, .begins = {0, 3, 0, 3}, .states = {1, 0, 0, 1}};
  EXPECT_EQ(HitCurve(hits, 1, {}).most(std::vector<int32_t>{1, 1}), 1);
  EXPECT_EQ(HitCurve(hits, 1, {}).most(std::vector<int32_t>{2, 5}), 5);
  EXPECT_EQ(HitCurve(hits, 1, std::vector<uint8_t>{1, 0}).most(std::vector<int32_t>{2, 5}), 2);
  EXPECT_EQ(HitCurve(hits, 2, {}).most(std::vector<int32_t>{1, 1}), 0);
}

TEST(AveragePrecision, SumsPrecisionTimesTheGrowthOfRecall) {
  // Foreground 1, 2, 0, 0 and background 2, 0, 0, 0: from the top 2 of 2, then 3 of 5.
  const std::vector<uint64_t> sums = {1, 2, 0, 0, 2, 0, 0, 0};
  EXPECT_DOUBLE_EQ(average_precision(sums), 1.0 * (2.0 / 3) + 3.0 / 5 * (1.0 / 3));
  EXPECT_EQ(average_precision(std::vector<uint64_t>{0, 0, 0, 4, 1, 0}), 0);
}

TEST(Bootstrap, AgreesWithAPlainBootstrap) {
  std::mt19937 generator(1);
  for (const size_t images : {1U, 2U, 37U}) {
    const std::vector<ImageFacts> runs = {random_facts(generator, images), random_facts(generator, images)};
    const size_t resamples = 20, first = 3;
    const Bootstrap bootstrap(images, 9, 2, runs);
    const std::vector<double> found = bootstrap.resample(first, resamples);
    const std::vector<double> precision = bootstrap.resample_pixels(first, resamples);
    const std::vector<uint8_t> all(images, 1);
    std::vector<int32_t> times(images);
    for (size_t at = 0; at < resamples; ++at) {
      draw_images(9, first + at, times);
      for (size_t run = 0; run < runs.size(); ++run) {
        const ImageFacts& facts = runs[run];
        const auto drawn = static_cast<double>(images);
        const auto figure = [&](size_t column) { return found[(run * RunFigure::kCount + column) * resamples + at]; };
        const auto best = [&](uint8_t bit) { return plain_best(*facts.hits, bit, all, times); };
        double at_val = 0, top1_at_val = 0, right = 0, entropy = 0;
        std::vector<uint64_t> sums(10);
        for (size_t image = 0; image < images; ++image) {
          const bool hit = (facts.hits->at(image, *facts.val_threshold) & kLargestAt50) != 0;
          const bool is_right = facts.is_class_right[image] != 0;
          at_val += hit ? times[image] : 0;
          top1_at_val += hit && is_right ? times[image] : 0;
          right += is_right ? times[image] : 0;
          entropy += times[image] * facts.entropy[image];
          facts.pixels->add(image, times[image], sums);
        }
        EXPECT_EQ(figure(RunFigure::kGtKnown), best(kLargestAt50));
        EXPECT_EQ(figure(RunFigure::kGtKnownAtVal), at_val / drawn);
        EXPECT_EQ(figure(RunFigure::kTop1), plain_best(*facts.hits, kLargestAt50, facts.is_class_right, times));
        EXPECT_EQ(figure(RunFigure::kTop1AtVal), top1_at_val / drawn);
        EXPECT_DOUBLE_EQ(figure(RunFigure::kV2), (best(kAllAt30) + best(kAllAt50) + best(kAllAt70)) / 3);
        EXPECT_EQ(figure(RunFigure::kTop1Cls), right / drawn);
        EXPECT_DOUBLE_EQ(figure(RunFigure::kEntropy), entropy / drawn);
        EXPECT_EQ(precision[run * resamples + at], average_precision(sums));
      }
    }
  }
}

TEST(Bootstrap, CountsThePairsOfTheImagesDrawnWhereImagesHaveSeveralClasses) {
  std::mt19937 generator(3);
  const size_t images = 17, resamples = 12;
  std::vector<int32_t> image_of_pair;
  for (size_t image = 0; image < images; ++image) {
    image_of_pair.insert(image_of_pair.end(), 1 + image % 3, static_cast<int32_t>(image));
  }
  const size_t pairs = image_of_pair.size();
  ImageFacts facts = random_facts(generator, images);
  const ImageFacts of_pairs = random_facts(generator, pairs);
  facts.hits = of_pairs.hits;
  facts.image_of_pair = image_of_pair;
  facts.is_pair_right = of_pairs.is_class_right;
  const std::vector<double> found = Bootstrap(images, 4, 2, {facts}).resample(0, resamples);
  std::vector<int32_t> times(images), times_of_pairs(pairs);
  for (size_t at = 0; at < resamples; ++at) {
    draw_images(4, at, times);
    double drawn = 0, at_val = 0, top1_at_val = 0, right = 0;
    for (size_t pair = 0; pair < pairs; ++pair) {
      times_of_pairs[pair] = times[static_cast<size_t>(image_of_pair[pair])];
      drawn += times_of_pairs[pair];
      if ((facts.hits->at(pair, *facts.val_threshold) & kLargestAt50) == 0) continue;
      at_val += times_of_pairs[pair];
      top1_at_val += facts.is_pair_right[pair] != 0 ? times_of_pairs[pair] : 0;
    }
    for (size_t image = 0; image < images; ++image) right += facts.is_class_right[image] != 0 ? times[image] : 0;
    const auto figure = [&](size_t column) { return found[column * resamples + at]; };
    // plain_best divides by all pairs, of which another number was drawn.
    const double scale = static_cast<double>(pairs) / drawn;
    const std::vector<uint8_t> all(pairs, 1);
    EXPECT_DOUBLE_EQ(figure(RunFigure::kGtKnown), plain_best(*facts.hits, kLargestAt50, all, times_of_pairs) * scale);
    EXPECT_DOUBLE_EQ(figure(RunFigure::kTop1),
                     plain_best(*facts.hits, kLargestAt50, facts.is_pair_right, times_of_pairs) * scale);
    EXPECT_EQ(figure(RunFigure::kGtKnownAtVal), at_val / drawn);
    EXPECT_EQ(figure(RunFigure::kTop1AtVal), top1_at_val / drawn);
    EXPECT_EQ(figure(RunFigure::kTop1Cls), right / static_cast<double>(images));
  }
}

TEST(Bootstrap, DoesNotDependOnTheNumberOfThreadsOrOfCalls) {
  std::mt19937 generator(2);
  const std::vector<ImageFacts> runs = {random_facts(generator, 23)};
  const Bootstrap alone(23, 1, 1, runs), together(23, 1, 8, runs);
  const std::vector<double> whole = alone.resample(0, 50);
  EXPECT_EQ(whole, together.resample(0, 50));
  EXPECT_EQ(alone.resample_pixels(0, 50), together.resample_pixels(0, 50));
  const std::vector<double> tail = together.resample(41, 9);
  for (size_t figure = 0; figure < RunFigure::kCount; ++figure) {
    for (size_t at = 0; at < 9; ++at) EXPECT_EQ(tail[figure * 9 + at], whole[figure * 50 + 41 + at]);
  }
}

TEST(Bootstrap, LeavesOutWhatTheFactsCannotGive) {
  const Bootstrap bootstrap(2, 0, 1, std::vector<ImageFacts>(1));
  for (const double figure : bootstrap.resample(0, 3)) EXPECT_TRUE(std::isnan(figure));
  for (const double figure : bootstrap.resample_pixels(0, 3)) EXPECT_TRUE(std::isnan(figure));
  for (const double figure : bootstrap.observed()) EXPECT_TRUE(std::isnan(figure));
}

}  // namespace

}  // namespace wsol
