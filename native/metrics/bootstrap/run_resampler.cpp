#include <limits>
#include <utility>

#include "native/metrics/bootstrap/bootstrap.h"

namespace wsol {

namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

/// In the order of the images, as an evaluation sums.
template <typename Value>
double mean_of(const std::vector<Value>& values, std::span<const int32_t> times, double drawn) {
  double sum = 0;
  for (size_t image = 0; image < values.size(); ++image) sum += times[image] * static_cast<double>(values[image]);
  return sum / drawn;
}

}  // namespace

RunResampler::RunResampler(ImageFacts facts) : facts_(std::move(facts)) {
  if (!facts_.hits) return;
  const HitStates& hits = *facts_.hits;
  largest_.emplace_back(hits, kLargestAt50, std::span<const uint8_t>());
  for (const uint8_t bit : {kAllAt30, kAllAt50, kAllAt70}) all_.emplace_back(hits, bit, std::span<const uint8_t>());
  if (!facts_.is_class_right.empty()) top1_.emplace_back(hits, kLargestAt50, facts_.is_class_right);
  if (!facts_.val_threshold) return;
  for (size_t image = 0; image < hits.images(); ++image) {
    is_hit_at_val_.push_back(hits.at(image, *facts_.val_threshold) & kLargestAt50);
  }
}

std::array<double, RunFigure::kCount> RunResampler::figures(std::span<const int32_t> times, size_t drawn) const {
  std::array<double, RunFigure::kCount> figures;
  figures.fill(kAbsent);
  const auto total = static_cast<double>(drawn);
  const auto best = [&](const HitCurve& curve) { return curve.most(times) / total; };
  if (!largest_.empty()) {
    figures[RunFigure::kGtKnown] = best(largest_[0]);
    figures[RunFigure::kV2] = (best(all_[0]) + best(all_[1]) + best(all_[2])) / static_cast<double>(all_.size());
  }
  if (!top1_.empty()) figures[RunFigure::kTop1] = best(top1_[0]);
  const bool has_classes = !facts_.is_class_right.empty();
  if (!is_hit_at_val_.empty()) {
    int32_t hit = 0, right = 0;
    for (size_t image = 0; image < is_hit_at_val_.size(); ++image) {
      const int32_t hits = times[image] * is_hit_at_val_[image];
      hit += hits;
      if (has_classes) right += hits * facts_.is_class_right[image];
    }
    figures[RunFigure::kGtKnownAtVal] = hit / total;
    if (has_classes) figures[RunFigure::kTop1AtVal] = right / total;
  }
  if (has_classes) figures[RunFigure::kTop1Cls] = mean_of(facts_.is_class_right, times, total);
  if (!facts_.entropy.empty()) figures[RunFigure::kEntropy] = mean_of(facts_.entropy, times, total);
  return figures;
}

}  // namespace wsol
