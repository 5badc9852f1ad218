#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "native/metrics/box.h"
#include "native/metrics/box_counts.h"
#include "native/metrics/contours/score_map_boxes.h"
#include "native/metrics/level_maps.h"

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

/// Images with predictions beside images without: their Top-1 Loc would mean nothing.
class MixedPredictions : public std::invalid_argument {
 public:
  MixedPredictions(const char* parameter, bool had_predictions);

  const char* const parameter;
};

/// MaxBoxAcc, MaxBoxAccV2, GT-known and Top-1 Loc as counts over all thresholds (Choe et al., CVPR 2020). Any thread
/// may call any method; the counts do not depend on the number of threads.
class MaxBoxAcc {
 public:
  /// `step` in (0, 1], `extra_thresholds` in [0, 1], `threads` 0 for all cores.
  MaxBoxAcc(double step, std::vector<double> extra_thresholds, unsigned threads);

  /// Counts a batch. `is_class_right`: one per image, or nothing without predictions. With `per_image` returns what
  /// each image hit. Throws MixedPredictions where images were counted with predictions and these have none, or the
  /// other way round; counts nothing if it throws.
  std::optional<MaxBoxAccPerImage> update(const LevelMaps& maps, const TrueBoxes& truth,
                                          const std::optional<std::span<const uint8_t>>& is_class_right,
                                          bool per_image);

  /// At the thresholds of the grid, and at the extra ones.
  struct Counts {
    MaxBoxAccCounts grid, extra;
    bool has_predictions;
  };
  Counts counts() const;
  unsigned threads() const { return threads_; }
  /// Adds what `other` has counted. Throws std::invalid_argument if it has other thresholds, and
  /// MixedPredictions.
  void merge(const MaxBoxAcc& other);
  void reset();

 private:
  /// The memory of one thread, kept from batch to batch.
  struct Workspace {
    ScoreMapBoxes boxes;
    LevelHits hits;
  };

  std::unique_ptr<Workspace> take_workspace();
  /// With the mutex held.
  void check_alike(size_t images, bool has_predictions, const char* parameter) const;
  void write_per_image(const LevelHits& hits, size_t image, MaxBoxAccPerImage& out) const;

  const std::vector<double> grid_, extra_thresholds_;
  const unsigned threads_;
  mutable std::mutex mutex_;
  BoxCounts counts_;
  /// Of the images counted; nothing before the first.
  std::optional<bool> has_predictions_;
  std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace wsol
