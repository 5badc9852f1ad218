#include "native/metrics/threshold_grid.h"

#include <cmath>

namespace wsol {

std::vector<double> threshold_grid(double step) {
  std::vector<double> grid(static_cast<size_t>(std::ceil(1 / step)));
  for (size_t index = 0; index < grid.size(); ++index) grid[index] = static_cast<double>(index) * step;
  return grid;
}

}  // namespace wsol
