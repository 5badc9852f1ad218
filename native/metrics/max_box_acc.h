#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "native/metrics/box.h"
#include "native/metrics/box_counts.h"
#include "native/metrics/contours/score_map_boxes.h"
#include "native/metrics/score_maps.h"

namespace wsol {

/// The true boxes of a batch, in map pixels: image i has those from offsets[i] to before offsets[i + 1].
struct TrueBoxes {
  std::vector<Box> boxes;
  std::vector<int32_t> offsets;

  std::span<const Box> of(size_t image) const {
    const auto begin = static_cast<size_t>(offsets[image]), end = static_cast<size_t>(offsets[image + 1]);
    return std::span(boxes).subspan(begin, end - begin);
  }
};

/// What each image of a batch hit at each threshold of the grid.
struct MaxBoxAccPerImage {
  /// count x thresholds: best IoU of the largest-contour box.
  std::vector<double> largest_iou;
  /// count x thresholds x kIouLevels, 0 or 1.
  std::vector<uint8_t> all_hits;
};

/// MaxBoxAcc, MaxBoxAccV2, GT-known and Top-1 Loc as counts over all thresholds (Choe et al., CVPR 2020). Any thread
/// may call any method; the counts do not depend on the number of threads.
class MaxBoxAcc {
 public:
  /// `step` in (0, 1], `extra_thresholds` in [0, 1], `threads` 0 for all cores.
  MaxBoxAcc(double step, std::vector<double> extra_thresholds, unsigned threads);

  /// Counts a batch. `is_class_right`: one per image, or empty for "no predictions". With `per_image` returns what each
  /// image hit. Throws InvalidScoreMap for the first map that holds NaN or a value outside [0, 1], and counts nothing
  /// then.
  std::optional<MaxBoxAccPerImage> update(const ScoreMaps& maps, const TrueBoxes& truth,
                                          std::span<const uint8_t> is_class_right, bool per_image);

  /// At the thresholds of the grid, and at the extra ones.
  struct Counts {
    MaxBoxAccCounts grid, extra;
  };
  Counts counts() const;
  /// Adds what `other` has counted. Throws std::invalid_argument if it has other thresholds.
  void merge(const MaxBoxAcc& other);
  void reset();

 private:
  /// The memory of one thread, kept from batch to batch.
  struct Workspace {
    std::vector<uint8_t> levels;
    ScoreMapBoxes boxes;
    LevelHits hits;
  };

  std::unique_ptr<Workspace> take_workspace();
  void write_per_image(const LevelHits& hits, size_t image, MaxBoxAccPerImage& out) const;

  const std::vector<double> grid_, extra_thresholds_;
  const unsigned threads_;
  mutable std::mutex mutex_;
  BoxCounts counts_;
  std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace wsol
