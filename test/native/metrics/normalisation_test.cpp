#include "native/metrics/normalisation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "native/metrics/table.h"

namespace wsol {

namespace {

std::vector<double> normalised(const std::string& normalisation, std::vector<double> map) {
  normalise(*find_by_name(normalisations(), normalisation), map);
  return map;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-15) << i;
}

TEST(Normalisation, MinmaxReachesFromZeroToOne) { expect_near(normalised("minmax", {-1, 1, 3}), {0, 0.5, 1}); }

TEST(Normalisation, MaxClampsAtZeroAndDividesByTheMaximum) { expect_near(normalised("max", {-3, 1, 4}), {0, 0.25, 1}); }

TEST(Normalisation, PasDividesByTheNinetiethPercentileAndCaps) {
  // Of 0 .. 10 the 90th percentile is 9.
  expect_near(normalised("pas", {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
              {0, 1 / 9.0, 2 / 9.0, 3 / 9.0, 4 / 9.0, 5 / 9.0, 6 / 9.0, 7 / 9.0, 8 / 9.0, 1, 1});
  // Of 0, 1 it lies at 0.9.
  expect_near(normalised("pas", {0, 1, 0.45}), {0, 1, 0.45 / 0.89});
}

TEST(Normalisation, IvrSubtractsThePercentileAtFortyFive) {
  // Of 0 .. 20 the 45th percentile is 9.
  std::vector<double> map(21), expected(21);
  for (size_t i = 0; i < map.size(); ++i) {
    map[i] = static_cast<double>(i);
    expected[i] = std::max(0.0, map[i] - 9) / 11;
  }
  expect_near(normalised("ivr", map), expected);
}

TEST(Normalisation, MakesAConstantMapZero) {
  for (const char* name : {"minmax", "pas", "ivr"}) {
    EXPECT_EQ(normalised(name, {0.7, 0.7, 0.7}), (std::vector<double>{0, 0, 0})) << name;
  }
  EXPECT_EQ(normalised("max", {0, 0}), (std::vector<double>{0, 0}));
  EXPECT_EQ(normalised("max", {-2, -2}), (std::vector<double>{0, 0}));
}

TEST(Normalisation, MakesAMapWithNanOrInfinityZero) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const std::string& name : names_of(normalisations())) {
    for (const double wrong : {std::nan(""), infinity, -infinity}) {
      EXPECT_EQ(normalised(name, {0.1, wrong, 0.9}), (std::vector<double>{0, 0, 0})) << name << wrong;
    }
  }
}

TEST(Normalisation, StaysWithinZeroAndOne) {
  std::mt19937 generator(1);
  std::normal_distribution<double> normal(0, 100);
  for (const std::string& name : names_of(normalisations())) {
    for (int round = 0; round < 200; ++round) {
      std::vector<double> map(static_cast<size_t>(1 + round));
      for (double& value : map) value = normal(generator);
      normalise(*find_by_name(normalisations(), name), map);
      EXPECT_TRUE(std::all_of(map.begin(), map.end(), [](double value) { return value >= 0 && value <= 1; })) << name;
    }
  }
  const double huge = std::numeric_limits<double>::max();
  EXPECT_EQ(normalised("minmax", {-huge, huge}), (std::vector<double>{0, 0}));
}

TEST(Normalisation, TakesAnEmptyMap) { EXPECT_TRUE(normalised("pas", {}).empty()); }

TEST(Normalisation, IsFoundByItsNameAlone) {
  EXPECT_EQ(find_by_name(normalisations(), "softmax"), nullptr);
  EXPECT_EQ(one_of(normalisations()), "one of minmax, max, pas, ivr");
}

}  // namespace

}  // namespace wsol
