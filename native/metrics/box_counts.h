#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "native/metrics/level_hits.h"

namespace wsol {

/// Images hit at each of `thresholds`; each list is thresholds x kIouLevels but the last two.
struct MaxBoxAccCounts {
  uint64_t images;
  std::vector<uint64_t> largest, all;
  /// Per threshold: hit at 0.5 by the largest-contour box, and predicted class right.
  std::vector<uint64_t> top1;
};

/// Hits of a set of maps, counted per threshold level: which level a threshold names depends on a map's largest level
/// only, so there is a table for each of those. Integers, so that the order of adding does not matter.
class BoxCounts {
 public:
  void add(const LevelHits& hits, bool is_class_right);
  void merge(const BoxCounts& other);
  MaxBoxAccCounts at(std::span<const double> thresholds) const;
  uint64_t images() const { return images_; }

 private:
  /// Columns of a level: largest, all, top-1, and one to fill up.
  static constexpr size_t kColumns = 8;
  using Table = std::array<std::array<uint64_t, kColumns>, LevelHits::kLevels>;

  Table& table(size_t largest_level);

  std::array<std::unique_ptr<Table>, 256> tables_;
  uint64_t images_ = 0;
};

}  // namespace wsol
