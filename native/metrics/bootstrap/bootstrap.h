#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "native/metrics/bootstrap/hit_curve.h"
#include "native/metrics/bootstrap/pixel_histograms.h"

namespace wsol {

/// The bits of a state of HitStates: the box of the largest contour, and the boxes of all contours, at these IoUs.
inline constexpr uint8_t kLargestAt50 = 1, kAllAt30 = 2, kAllAt50 = 4, kAllAt70 = 8;

/// What one run's evaluation knows of each image.
struct ImageFacts {
  /// Of each pair of an image and a class that it has.
  std::optional<HitStates> hits;
  /// The image of each pair; empty: image i is pair i.
  std::vector<int32_t> image_of_pair;
  /// Whether the pair's class is the predicted one, one per pair, or empty: as `is_class_right`.
  std::vector<uint8_t> is_pair_right;
  /// Index in the grid of the threshold that `val` chose.
  std::optional<int32_t> val_threshold;
  /// One per image, or empty.
  std::vector<uint8_t> is_class_right;
  std::vector<double> entropy;
  std::optional<PixelHistograms> pixels;
};

/// The figures of one run for one draw of images, by position; NaN stands for what the facts cannot give.
struct RunFigure {
  enum : size_t { kGtKnown, kGtKnownAtVal, kTop1, kTop1AtVal, kV2, kTop1Cls, kEntropy, kCount };
};

/// One run's figures for any number of times that each image counts.
class RunResampler {
 public:
  explicit RunResampler(ImageFacts facts);

  /// Images are counted `times[i]` times, `drawn` in all. Rates of hits are of the pairs of the images drawn.
  std::array<double, RunFigure::kCount> figures(std::span<const int32_t> times, size_t drawn) const;
  const std::optional<PixelHistograms>& pixels() const { return facts_.pixels; }

 private:
  /// How many pairs the images drawn have.
  double pairs_of(std::span<const int32_t> times, size_t drawn) const;
  size_t image_of(size_t pair) const;
  const std::vector<uint8_t>& pair_right() const;

  ImageFacts facts_;
  std::vector<HitCurve> largest_, top1_, all_;
  /// Whether each pair is hit at the threshold of `val`; empty without one.
  std::vector<uint8_t> is_hit_at_val_;
};

/// The paired bootstrap over images: in each resample all runs have the same images, and each takes its own best
/// threshold. Results do not depend on the number of threads.
class Bootstrap {
 public:
  /// `threads` 0: all cores.
  Bootstrap(size_t images, uint64_t seed, unsigned threads, std::vector<ImageFacts> runs);

  /// Every figure but PxAP of resamples `first` on: runs x RunFigure::kCount x count.
  std::vector<double> resample(uint64_t first, size_t count) const;
  /// PxAP of the same: runs x count; NaN without masks.
  std::vector<double> resample_pixels(uint64_t first, size_t count) const;
  /// Of the images as they are: runs x (RunFigure::kCount + 1), PxAP last.
  std::vector<double> observed() const;

 private:
  size_t images_;
  uint64_t seed_;
  unsigned threads_;
  std::vector<RunResampler> runs_;
};

}  // namespace wsol
