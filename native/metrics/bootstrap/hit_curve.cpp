#include "native/metrics/bootstrap/hit_curve.h"

#include <algorithm>
#include <tuple>

namespace wsol {

namespace {

struct Change {
  int32_t threshold, row;
  bool is_hit;

  /// At one threshold those that cease come first: then no count on the way is higher than the threshold's own or the
  /// one before, and the highest on the way is the highest of the thresholds.
  auto order() const { return std::tuple(threshold, is_hit, row); }
};

std::vector<Change> changes_of(const HitStates& hits, uint8_t bit, std::span<const uint8_t> is_counted) {
  std::vector<Change> changes;
  for (size_t row = 0; row < hits.size(); ++row) {
    if (!is_counted.empty() && is_counted[row] == 0) continue;
    bool was_hit = false;
    for (auto at = static_cast<size_t>(hits.offsets[row]); at < static_cast<size_t>(hits.offsets[row + 1]); ++at) {
      const bool is_hit = (hits.states[at] & bit) != 0;
      if (is_hit == was_hit) continue;
      changes.push_back({.threshold = hits.begins[at], .row = static_cast<int32_t>(row), .is_hit = is_hit});
      was_hit = is_hit;
    }
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.order() < b.order(); });
  return changes;
}

}  // namespace

uint8_t HitStates::at(size_t i, int32_t index) const {
  const auto first = begins.begin() + offsets[i], last = begins.begin() + offsets[i + 1];
  return states[static_cast<size_t>(std::upper_bound(first, last, index) - begins.begin()) - 1];
}

HitCurve::HitCurve(const HitStates& hits, uint8_t bit, std::span<const uint8_t> is_counted,
                   std::span<const int32_t> image_of) {
  bool is_hit = true;
  for (const Change& change : changes_of(hits, bit, is_counted)) {
    if (change.is_hit != is_hit) ends_.push_back(images_.size());
    images_.push_back(image_of.empty() ? change.row : image_of[static_cast<size_t>(change.row)]);
    is_hit = change.is_hit;
  }
  ends_.push_back(images_.size());
}

int32_t HitCurve::most(std::span<const int32_t> times) const {
  int32_t most = 0, count = 0;
  size_t at = 0;
  bool is_hit = true;
  for (const size_t end : ends_) {
    int32_t changed = 0;
    for (; at < end; ++at) changed += times[static_cast<size_t>(images_[at])];
    count += is_hit ? changed : -changed;
    most = std::max(most, count);
    is_hit = !is_hit;
  }
  return most;
}

}  // namespace wsol
