#pragma once

#include <span>
#include <string_view>

namespace wsol {

/// A row of the table of normalisations.
struct Normalisation {
  std::string_view name;
  /// A finite map of at least one value; zeros where there is nothing to divide by.
  void (*apply)(std::span<double> map);
};

/// `minmax`: subtract the minimum, divide by the maximum. `max`: clamp at 0, divide by the maximum. `pas`: subtract the
/// minimum, divide by the 90th percentile, cap at 1. `ivr`: subtract the 45th percentile, clamp at 0, divide by the
/// maximum. Percentiles interpolate linearly.
std::span<const Normalisation> normalisations();

/// Brings a raw map into [0, 1], in place. A map that holds NaN or infinity, or has nothing to divide by, becomes all
/// zeros.
void normalise(const Normalisation& normalisation, std::span<double> map);

}  // namespace wsol
