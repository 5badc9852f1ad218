#pragma once

#include <vector>

namespace wsol {

/// `i * step` for i = 0 .. ceil(1 / step) - 1, in double precision as numpy.arange(0, 1, step) makes it. `step` in (0,
/// 1].
std::vector<double> threshold_grid(double step);

}  // namespace wsol
