#include "native/metrics/normalisation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
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

struct Normalisation {
  std::string_view name;
  void (*apply)(std::span<double>);
};

constexpr std::array kNormalisations = {Normalisation{"minmax", minmax}, Normalisation{"max", max},
                                        Normalisation{"pas", pas}, Normalisation{"ivr", ivr}};

constexpr auto kNames = [] {
  std::array<std::string_view, kNormalisations.size()> names;
  for (size_t row = 0; row < names.size(); ++row) names[row] = kNormalisations[row].name;
  return names;
}();

bool is_finite(std::span<const double> map) {
  return std::all_of(map.begin(), map.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace

std::span<const std::string_view> normalisation_names() { return kNames; }

void normalise(std::string_view normalisation, std::span<double> map) {
  for (const Normalisation& row : kNormalisations) {
    if (row.name != normalisation) continue;
    if (map.empty()) return;
    if (is_finite(map)) {
      row.apply(map);
    } else {
      std::fill(map.begin(), map.end(), 0.0);
    }
    return;
  }
  throw std::invalid_argument("unknown normalisation '" + std::string(normalisation) + "'");
}

}  // namespace wsol
