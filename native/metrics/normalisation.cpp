#include "native/metrics/normalisation.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace wsol {

namespace {

/// As numpy's default: linear between the two nearest order statistics.
double percentile(std::span<const double> map, double percent) {
  std::vector<double> values(map.begin(), map.end());
  const double position = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(position);
  const double fraction = position - static_cast<double>(below);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(below), values.end());
  const double low = values[below];
  if (below + 1 == values.size()) return low;
  const double high = *std::min_element(values.begin() + static_cast<std::ptrdiff_t>(below) + 1, values.end());
  // numpy interpolates from the nearer side.
  const double step = high - low;
  return fraction < 0.5 ? low + step * fraction : high - step * (1 - fraction);
}

double maximum(std::span<const double> map) { return *std::max_element(map.begin(), map.end()); }

void subtract(std::span<double> map, double offset) {
  for (double& value : map) value -= offset;
}

void clamp_at_zero(std::span<double> map) {
  for (double& value : map) value = std::max(value, 0.0);
}

/// Zeros where there is nothing to divide by: a constant map after its minimum went.
void divide(std::span<double> map, double divisor) {
  if (!(divisor > 0) || !std::isfinite(divisor)) {
    std::fill(map.begin(), map.end(), 0.0);
    return;
  }
  for (double& value : map) value /= divisor;
}

void minmax(std::span<double> map) {
  subtract(map, *std::min_element(map.begin(), map.end()));
  divide(map, maximum(map));
}

void max(std::span<double> map) {
  clamp_at_zero(map);
  divide(map, maximum(map));
}

void pas(std::span<double> map) {
  subtract(map, *std::min_element(map.begin(), map.end()));
  divide(map, percentile(map, 90));
  for (double& value : map) value = std::min(value, 1.0);
}

void ivr(std::span<double> map) {
  subtract(map, percentile(map, 45));
  clamp_at_zero(map);
  divide(map, maximum(map));
}

constexpr Normalisation kNormalisations[] = {
    {.name = "minmax", .apply = minmax},
    {.name = "max", .apply = max},
    {.name = "pas", .apply = pas},
    {.name = "ivr", .apply = ivr},
};

bool is_finite(std::span<const double> map) {
  return std::all_of(map.begin(), map.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace

std::span<const Normalisation> normalisations() { return kNormalisations; }

void normalise(const Normalisation& normalisation, std::span<double> map) {
  if (map.empty()) return;
  if (is_finite(map)) {
    normalisation.apply(map);
  } else {
    std::fill(map.begin(), map.end(), 0.0);
  }
}

}  // namespace wsol
