#include "native/metrics/box_counts.h"

#include "native/metrics/quantise.h"

namespace wsol {

namespace {

constexpr size_t kHitLevels = kIouLevels.size();
constexpr size_t kTop1Column = 2 * kHitLevels;

}  // namespace

void BoxCounts::add(const LevelHits& hits, bool is_class_right) {
  Table& table = this->table(static_cast<size_t>(hits.largest_level));
  for (size_t level = 0; level <= static_cast<size_t>(hits.largest_level); ++level) {
    const unsigned largest = hits.largest[level];
    const unsigned top1 = is_class_right ? largest >> kGtKnownLevel & 1 : 0;
    const unsigned bits = largest | static_cast<unsigned>(hits.all[level]) << kHitLevels | top1 << kTop1Column;
    for (size_t column = 0; column < kColumns; ++column) table[level][column] += bits >> column & 1;
  }
  ++images_;
}

void BoxCounts::merge(const BoxCounts& other) {
  for (size_t largest = 0; largest < tables_.size(); ++largest) {
    if (!other.tables_[largest]) continue;
    Table& table = this->table(largest);
    for (size_t level = 0; level < table.size(); ++level) {
      for (size_t column = 0; column < kColumns; ++column)
        table[level][column] += (*other.tables_[largest])[level][column];
    }
  }
  images_ += other.images_;
}

MaxBoxAccCounts BoxCounts::at(std::span<const double> thresholds) const {
  MaxBoxAccCounts counts{.images = images_,
                         .largest = std::vector<uint64_t>(thresholds.size() * kHitLevels),
                         .all = std::vector<uint64_t>(thresholds.size() * kHitLevels),
                         .top1 = std::vector<uint64_t>(thresholds.size())};
  for (size_t largest = 0; largest < tables_.size(); ++largest) {
    if (!tables_[largest]) continue;
    for (size_t index = 0; index < thresholds.size(); ++index) {
      const auto level = static_cast<size_t>(threshold_level(thresholds[index], static_cast<uint8_t>(largest)));
      const auto& row = (*tables_[largest])[level];
      for (size_t d = 0; d < kHitLevels; ++d) {
        counts.largest[index * kHitLevels + d] += row[d];
        counts.all[index * kHitLevels + d] += row[kHitLevels + d];
      }
      counts.top1[index] += row[kTop1Column];
    }
  }
  return counts;
}

BoxCounts::Table& BoxCounts::table(size_t largest_level) {
  std::unique_ptr<Table>& table = tables_[largest_level];
  if (!table) table = std::make_unique<Table>();
  return *table;
}

}  // namespace wsol
