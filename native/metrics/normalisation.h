#pragma once

#include <span>
#include <string_view>

namespace wsol {

/// Names that normalise() takes: `minmax`, `max`, `pas`, `ivr`.
std::span<const std::string_view> normalisation_names();

/// Brings a raw map into [0, 1], in place. `minmax`: subtract the minimum, divide by the maximum. `max`: clamp at 0,
/// divide by the maximum. `pas`: subtract the minimum, divide by the 90th percentile, cap at 1. `ivr`: subtract the
/// 45th percentile, clamp at 0, divide by the maximum. Percentiles interpolate linearly. A map that holds NaN or
/// infinity, or has nothing to divide by, becomes all zeros. Throws std::invalid_argument for any other name.
void normalise(std::string_view normalisation, std::span<double> map);

}  // namespace wsol
