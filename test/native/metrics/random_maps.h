#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace wsol {

struct RandomMap {
  int width, height;
  std::vector<uint8_t> levels;
};

/// A map of 1x1 to `side` x `side` with 2 to 8 levels; every other one smoothed, so that plateaus, ties, holes within
/// holes and components that meet at corners abound.
inline RandomMap random_map(std::mt19937& generator, int side) {
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); };
  RandomMap map{.width = pick(1, side), .height = pick(1, side), .levels = {}};
  const int count = pick(2, 8);
  std::vector<uint8_t> values(static_cast<size_t>(count));
  for (uint8_t& value : values) value = static_cast<uint8_t>(pick(0, 255));
  if (pick(0, 1) == 0) values[0] = 0;
  if (pick(0, 1) == 0) values[1] = 255;
  std::sort(values.begin(), values.end());
  std::vector<int> noise(static_cast<size_t>(map.width * map.height));
  for (int& value : noise) value = pick(0, count * 100 - 1);
  const int passes = pick(0, 1) == 0 ? 0 : pick(1, 4);
  for (int pass = 0; pass < passes; ++pass) {
    for (size_t i = 1; i < noise.size(); ++i) noise[i] = (noise[i] + noise[i - 1]) / 2;
    for (size_t i = static_cast<size_t>(map.width); i < noise.size(); ++i) {
      noise[i] = (noise[i] + noise[i - static_cast<size_t>(map.width)]) / 2;
    }
  }
  const auto [low, high] = std::minmax_element(noise.begin(), noise.end());
  const int floor = *low, range = std::max(1, *high - *low + 1);
  for (const int value : noise) map.levels.push_back(values[static_cast<size_t>((value - floor) * count / range)]);
  return map;
}

}  // namespace wsol
