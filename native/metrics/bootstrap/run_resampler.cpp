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
  const std::span<const int32_t> images(facts_.image_of_pair);
  largest_.emplace_back(hits, kLargestAt50, std::span<const uint8_t>(), images);
  for (const uint8_t bit : {kAllAt30, kAllAt50, kAllAt70}) {
    all_.emplace_back(hits, bit, std::span<const uint8_t>(), images);
  }
  if (!pair_right().empty()) top1_.emplace_back(hits, kLargestAt50, pair_right(), images);
  if (!facts_.val_threshold) return;
  for (size_t pair = 0; pair < hits.size(); ++pair) {
    is_hit_at_val_.push_back(hits.at(pair, *facts_.val_threshold) & kLargestAt50);
  }
}

const std::vector<uint8_t>& RunResampler::pair_right() const {
  return facts_.image_of_pair.empty() ? facts_.is_class_right : facts_.is_pair_right;
}

size_t RunResampler::image_of(size_t pair) const {
  return facts_.image_of_pair.empty() ? pair : static_cast<size_t>(facts_.image_of_pair[pair]);
}

double RunResampler::pairs_of(std::span<const int32_t> times, size_t drawn) const {
  if (facts_.image_of_pair.empty()) return static_cast<double>(drawn);
  int64_t pairs = 0;
  for (const int32_t image : facts_.image_of_pair) pairs += times[static_cast<size_t>(image)];
  return static_cast<double>(pairs);
}

std::array<double, RunFigure::kCount> RunResampler::figures(std::span<const int32_t> times, size_t drawn) const {
  std::array<double, RunFigure::kCount> figures;
  figures.fill(kAbsent);
  const auto total = static_cast<double>(drawn);
  const double pairs = pairs_of(times, drawn);
  const auto best = [&](const HitCurve& curve) { return curve.most(times) / pairs; };
  if (!largest_.empty()) {
    figures[RunFigure::kGtKnown] = best(largest_[0]);
    figures[RunFigure::kV2] = (best(all_[0]) + best(all_[1]) + best(all_[2])) / static_cast<double>(all_.size());
  }
  if (!top1_.empty()) figures[RunFigure::kTop1] = best(top1_[0]);
  const bool has_classes = !facts_.is_class_right.empty();
  if (!is_hit_at_val_.empty()) {
    const std::vector<uint8_t>& is_right = pair_right();
    int32_t hit = 0, right = 0;
    for (size_t pair = 0; pair < is_hit_at_val_.size(); ++pair) {
      const int32_t hits = times[image_of(pair)] * is_hit_at_val_[pair];
      hit += hits;
      if (!is_right.empty()) right += hits * is_right[pair];
    }
    figures[RunFigure::kGtKnownAtVal] = hit / pairs;
    if (!is_right.empty()) figures[RunFigure::kTop1AtVal] = right / pairs;
  }
  if (has_classes) figures[RunFigure::kTop1Cls] = mean_of(facts_.is_class_right, times, total);
  if (!facts_.entropy.empty()) figures[RunFigure::kEntropy] = mean_of(facts_.entropy, times, total);
  return figures;
}

}  // namespace wsol
