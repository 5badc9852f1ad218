#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "native/metrics/score_maps.h"

namespace wsol {

/// Values of a mask's pixels.
inline constexpr uint8_t kMaskBackground = 0, kMaskForeground = 1, kMaskIgnored = 255;

/// Pixels per bin of the score; a bin reaches from its edge to before the next one.
struct PixelApCounts {
  std::vector<uint64_t> foreground, background;
};

/// Histograms of the scores of foreground and background pixels, pooled over all images; ignored pixels are dropped.
/// Any thread may call any method; the counts do not depend on the number of threads.
class PixelAp {
 public:
  /// Bin edges: the threshold grid of `step` in (0, 1], then 1, 2 and 3, as the reference has them. `threads` 0: all
  /// cores.
  PixelAp(double step, unsigned threads);

  /// Counts a batch; `masks`: count x height x width. With `per_image` returns what each image added: count x 2
  /// (foreground, background) x bins. Throws InvalidScoreMap or InvalidMask for the first image that is wrong, and
  /// counts nothing then.
  std::optional<std::vector<int32_t>> update(const ScoreMaps& maps, std::span<const uint8_t> masks, bool per_image);

  PixelApCounts counts() const;
  /// Adds what `other` has counted. Throws std::invalid_argument if it has another step.
  void merge(const PixelAp& other);
  void reset();

 private:
  PixelApCounts empty_counts() const;
  size_t bin_of(double score) const;
  /// False if a score is NaN or outside [0, 1]; the pixels before it are then in the counts.
  template <typename Score>
  bool count(std::span<const Score> map, std::span<const uint8_t> mask, PixelApCounts& counts) const;

  std::vector<double> edges_;
  double bins_per_unit_;
  const unsigned threads_;
  mutable std::mutex mutex_;
  PixelApCounts counts_;
};

}  // namespace wsol
