#include "native/torch/methods/method_settings.h"

#include <c10/util/StringUtil.h>

#include "native/torch/find_row.h"
#include "native/torch/methods/method.h"

namespace wsol {

namespace {

/// Written so that NaN is refused too.
void check_range(const char* setting, double value, double min, double max) {
  if (value >= min && value <= max) return;
  throw InvalidArgument(setting, c10::str("a number from ", min, " to ", max), c10::str(value));
}

void check_at_least(const char* setting, int64_t value, int64_t min) {
  if (value < min) throw InvalidArgument(setting, std::to_string(min) + " or more", std::to_string(value));
}

}  // namespace

void validate(const MethodSettings& settings) {
  find_row(methods(), settings.name, "method");
  const double smallest_beta = 0.01, largest_beta = 1000;
  check_at_least("gridSize", settings.has.grid_size, 1);
  check_range("dropRate", settings.has.drop_rate, 0, 1);
  check_range("probability", settings.cutmix.probability, 0, 1);
  check_range("beta", settings.cutmix.beta, smallest_beta, largest_beta);
  check_range("threshold", settings.adl.threshold, 0, 1);
  check_range("dropRate", settings.adl.drop_rate, 0, 1);
  check_range("dropRate", settings.rdap.drop_rate, 0, 1);
  check_at_least("blockSize", settings.rdap.block_size, 0);
  check_range("threshold", settings.acol.threshold, 0, 1);
}

}  // namespace wsol
