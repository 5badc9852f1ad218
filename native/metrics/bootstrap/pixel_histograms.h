#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wsol {

/// Each image's pixels per bin of the score, as PixelAp counts them.
class PixelHistograms {
 public:
  /// `counts`: images x 2 (foreground, background) x `bins`.
  PixelHistograms(std::vector<int32_t> counts, size_t bins);

  size_t bins() const { return bins_; }
  /// Adds image i's counts, `times` times, to `sums` (2 x bins).
  void add(size_t image, int32_t times, std::span<uint64_t> sums) const;

 private:
  std::vector<int32_t> counts_;
  size_t bins_;
};

/// PxAP of pooled counts (2 x bins); 0 without foreground.
double average_precision(std::span<const uint64_t> sums);

}  // namespace wsol
