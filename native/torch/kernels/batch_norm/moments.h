#pragma once

#include <cstdint>
#include <vector>

#include "native/torch/kernels/batch_norm/shared_statistics.h"

namespace wsol::batch_norm {

/// Of some values the mean, and the sum of squared differences from it.
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  /// Those of two groups become those of both (Chan et al. 1979).
  void add(const Moments& more) {
    if (more.count == 0) return;
    const double difference = more.mean - mean, total = count + more.count;
    squares += more.squares + difference * difference * count * more.count / total;
    mean += difference * more.count / total;
    count = total;
  }
};

/// Of each channel those of all processes' values, alike on all.
void share_moments(std::vector<Moments>& channels, const SharedStatistics& shared);

}  // namespace wsol::batch_norm
