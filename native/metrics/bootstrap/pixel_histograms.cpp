#include "native/metrics/bootstrap/pixel_histograms.h"

#include <numeric>
#include <utility>

namespace wsol {

PixelHistograms::PixelHistograms(std::vector<int32_t> counts, size_t bins) : counts_(std::move(counts)), bins_(bins) {}

void PixelHistograms::add(size_t image, int32_t times, std::span<uint64_t> sums) const {
  const int32_t* const counts = counts_.data() + image * 2 * bins_;
  for (size_t bin = 0; bin < sums.size(); ++bin) {
    sums[bin] += uint64_t{static_cast<uint32_t>(counts[bin])} * static_cast<uint32_t>(times);
  }
}

double average_precision(std::span<const uint64_t> sums) {
  const size_t bins = sums.size() / 2;
  const std::span<const uint64_t> foreground = sums.first(bins), background = sums.last(bins);
  const uint64_t total = std::accumulate(foreground.begin(), foreground.end(), uint64_t{0});
  if (total == 0) return 0;
  uint64_t hits = 0, positives = 0;
  double sum = 0, recall_before = 0;
  for (size_t below = 0; below < bins; ++below) {
    const size_t bin = bins - 1 - below;
    hits += foreground[bin];
    positives += foreground[bin] + background[bin];
    const double precision = positives == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(positives);
    const double recall = static_cast<double>(hits) / static_cast<double>(total);
    // The reference's sum starts at the second bin from the top.
    if (below > 0) sum += precision * (recall - recall_before);
    recall_before = recall;
  }
  return sum;
}

}  // namespace wsol
