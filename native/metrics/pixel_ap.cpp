#include "native/metrics/pixel_ap.h"

#include <algorithm>
#include <stdexcept>
#include <variant>

#include "native/metrics/invalid_image.h"
#include "native/metrics/parallel_images.h"
#include "native/metrics/threshold_grid.h"

namespace wsol {

namespace {

void add(std::vector<uint64_t>& to, const std::vector<uint64_t>& from) {
  for (size_t bin = 0; bin < to.size(); ++bin) to[bin] += from[bin];
}

/// Adds one image's counts to `to`, writes them to `histogram`, and empties them for the next image.
void move_counts(PixelApCounts& from, PixelApCounts& to, std::span<int32_t> histogram) {
  const auto write = [](uint64_t count) { return static_cast<int32_t>(count); };
  const auto background = std::transform(from.foreground.begin(), from.foreground.end(), histogram.begin(), write);
  std::transform(from.background.begin(), from.background.end(), background, write);
  add(to.foreground, from.foreground);
  add(to.background, from.background);
  std::fill(from.foreground.begin(), from.foreground.end(), 0);
  std::fill(from.background.begin(), from.background.end(), 0);
}

bool is_valid_mask(std::span<const uint8_t> mask) {
  return std::all_of(mask.begin(), mask.end(), [](uint8_t value) {
    return value == kMaskBackground || value == kMaskForeground || value == kMaskIgnored;
  });
}

}  // namespace

PixelAp::PixelAp(double step, unsigned threads)
    : edges_(threshold_grid(step)), bins_per_unit_(1 / step), threads_(threads) {
  edges_.insert(edges_.end(), {1.0, 2.0, 3.0});
  counts_ = empty_counts();
}

std::optional<std::vector<int32_t>> PixelAp::update(const ScoreMaps& maps, std::span<const uint8_t> masks,
                                                    bool per_image) {
  const size_t workers = workers_for(maps.count, threads_);
  std::vector<PixelApCounts> counted(workers, empty_counts()), alone(per_image ? workers : 0, empty_counts());
  const size_t bins = edges_.size() - 1;
  std::optional<std::vector<int32_t>> histograms;
  if (per_image) histograms.emplace(maps.count * 2 * bins);
  InvalidImage invalid_map, invalid_mask;
  for_each_image(maps.count, threads_, [&](size_t worker, size_t image) {
    const std::span<const uint8_t> mask = masks.subspan(image * maps.pixels(), maps.pixels());
    if (!is_valid_mask(mask)) return invalid_mask.note(image);
    PixelApCounts& counts = per_image ? alone[worker] : counted[worker];
    const bool is_valid = std::visit(
        [&](const auto& data) { return count(data.subspan(image * maps.pixels(), maps.pixels()), mask, counts); },
        maps.data);
    if (!is_valid) return invalid_map.note(image);
    if (histograms) move_counts(counts, counted[worker], std::span(*histograms).subspan(image * 2 * bins, 2 * bins));
  });
  if (const std::optional<size_t> index = invalid_mask.first()) throw InvalidMask(maps, masks, *index);
  if (const std::optional<size_t> index = invalid_map.first()) throw InvalidScoreMap(maps, *index);

  const std::lock_guard lock(mutex_);
  for (const PixelApCounts& counts : counted) {
    add(counts_.foreground, counts.foreground);
    add(counts_.background, counts.background);
  }
  return histograms;
}

PixelApCounts PixelAp::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void PixelAp::merge(const PixelAp& other) {
  if (other.edges_ != edges_) {
    throw std::invalid_argument("expected a PixelAp of the same step for 'other', got one of another");
  }
  const PixelApCounts counts = other.counts();
  const std::lock_guard lock(mutex_);
  add(counts_.foreground, counts.foreground);
  add(counts_.background, counts.background);
}

void PixelAp::reset() {
  const std::lock_guard lock(mutex_);
  counts_ = empty_counts();
}

PixelApCounts PixelAp::empty_counts() const {
  const size_t bins = edges_.size() - 1;
  return {.foreground = std::vector<uint64_t>(bins), .background = std::vector<uint64_t>(bins)};
}

size_t PixelAp::bin_of(double score) const {
  // The division may miss the bin by one.
  auto bin = std::min(static_cast<size_t>(score * bins_per_unit_), edges_.size() - 2);
  while (score < edges_[bin]) --bin;
  while (score >= edges_[bin + 1]) ++bin;
  return bin;
}

template <typename Score>
bool PixelAp::count(std::span<const Score> map, std::span<const uint8_t> mask, PixelApCounts& counts) const {
  for (size_t pixel = 0; pixel < map.size(); ++pixel) {
    const Score score = map[pixel];
    if (!(score >= 0 && score <= 1)) return false;
    if (mask[pixel] == kMaskIgnored) continue;
    ++(mask[pixel] == kMaskForeground ? counts.foreground : counts.background)[bin_of(score)];
  }
  return true;
}

}  // namespace wsol
