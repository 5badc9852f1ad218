#include "native/torch/score_maps/finish_score_maps.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "native/metrics/table.h"

namespace wsol {

namespace {

const Normalisation& minmax() { return *find_by_name(normalisations(), "minmax"); }

TEST(FinishScoreMaps, WithoutResizeNormalisesEachMapByItself) {
  const at::Tensor raw = at::tensor({-4.f, -8.f, -12.f, -16.f, 1.f, 1.f, 1.f, 3.f}).view({1, 2, 2, 2});
  const at::Tensor maps = finish_score_maps(raw, 0, minmax());
  const at::Tensor expected =
      at::tensor({1.0, 8 / 12.0, 4 / 12.0, 0.0, 0.0, 0.0, 0.0, 1.0}, at::kDouble).view({1, 2, 2, 2});
  EXPECT_TRUE(at::allclose(maps, expected, 0, 1e-15));
}

TEST(FinishScoreMaps, AConstantMapGivesZeros) {
  EXPECT_TRUE(at::equal(finish_score_maps(at::ones({1, 1, 3, 3}), 6, minmax()), at::zeros({1, 1, 6, 6}, at::kDouble)));
}

/// The cubic convolution kernel of Keys with a = -0.75.
double keys(double distance) {
  const double a = -0.75, x = std::abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

TEST(FinishScoreMaps, ResizesByBicubicWithHalfPixelCentresAndAReplicatedBorderInDouble) {
  const std::vector<double> raw = {0, 3, 1, 2, 5, 4, 9, 7, 8};
  const int64_t from = 3, to = 5;
  at::Tensor expected = at::zeros({to, to}, at::kDouble);
  for (int64_t y = 0; y < to; ++y) {
    for (int64_t x = 0; x < to; ++x) {
      const double cy = (static_cast<double>(y) + 0.5) * from / to - 0.5;
      const double cx = (static_cast<double>(x) + 0.5) * from / to - 0.5;
      double sum = 0;
      for (int64_t j = -4; j < 8; ++j) {
        for (int64_t i = -4; i < 8; ++i) {
          const int64_t row = std::clamp<int64_t>(j, 0, from - 1), column = std::clamp<int64_t>(i, 0, from - 1);
          sum += keys(cy - static_cast<double>(j)) * keys(cx - static_cast<double>(i)) * raw[row * from + column];
        }
      }
      expected[y][x] = sum;
    }
  }
  expected = (expected - expected.min()) / (expected.max() - expected.min());
  const at::Tensor maps = finish_score_maps(at::tensor(raw, at::kFloat).view({1, 1, from, from}), to, minmax());
  EXPECT_TRUE(at::allclose(maps[0][0], expected, 0, 1e-12));
}

TEST(FinishScoreMaps, LeavesTheRawMapsAloneAlsoWhereNothingIsToBeConverted) {
  const at::Tensor raw = at::tensor({1.0, 2.0, 3.0, 5.0}, at::kDouble).view({1, 1, 2, 2});
  const at::Tensor before = raw.clone();
  EXPECT_EQ(finish_score_maps(raw, 0, minmax()).max().item<double>(), 1);
  EXPECT_TRUE(at::equal(raw, before));
}

TEST(FinishScoreMaps, ManyMapsOnManyThreadsAreTheSameAsEachAlone) {
  const at::Tensor raw = at::rand({16, 3, 7, 7}, at::kDouble);
  const int before = at::get_num_threads();
  at::set_num_threads(4);
  const at::Tensor together = finish_score_maps(raw, 20, minmax());
  at::set_num_threads(before);
  for (int64_t image = 0; image < 16; ++image) {
    EXPECT_TRUE(at::equal(together.narrow(0, image, 1), finish_score_maps(raw.narrow(0, image, 1), 20, minmax())));
  }
}

}  // namespace

}  // namespace wsol
