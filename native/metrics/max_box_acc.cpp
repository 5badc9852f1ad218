#include "native/metrics/max_box_acc.h"

#include <string>
#include <utility>

#include "native/metrics/level_hits.h"
#include "native/metrics/parallel_images.h"
#include "native/metrics/quantise.h"
#include "native/metrics/threshold_grid.h"

namespace wsol {

MixedPredictions::MixedPredictions(const char* parameter, bool had_predictions)
    : std::invalid_argument(std::string("expected ") + (had_predictions ? "predictions" : "no predictions") +
                            ", as before, for '" + parameter + "', got " + (had_predictions ? "none" : "some")),
      parameter(parameter) {}

MaxBoxAcc::MaxBoxAcc(double step, std::vector<double> extra_thresholds, unsigned threads)
    : grid_(threshold_grid(step)), extra_thresholds_(std::move(extra_thresholds)), threads_(threads) {}

std::optional<MaxBoxAccPerImage> MaxBoxAcc::update(const LevelMaps& maps, const TrueBoxes& truth,
                                                   const std::optional<std::span<const uint8_t>>& is_class_right,
                                                   bool per_image) {
  const bool has_predictions = is_class_right.has_value();
  {
    const std::lock_guard lock(mutex_);
    check_alike(maps.count, has_predictions, "correct");
  }
  const size_t workers = workers_for(maps.count, threads_);
  std::vector<std::unique_ptr<Workspace>> workspaces;
  for (size_t worker = 0; worker < workers; ++worker) workspaces.push_back(take_workspace());
  std::vector<BoxCounts> counted(workers);
  std::optional<MaxBoxAccPerImage> facts;
  if (per_image) {
    facts.emplace();
    facts->largest_iou.resize(maps.count * grid_.size());
    facts->all_hits.resize(maps.count * grid_.size() * kIouLevels.size());
  }

  for_each_image(maps.count, threads_, [&](size_t worker, size_t image) {
    Workspace& workspace = *workspaces[worker];
    workspace.boxes.find(maps.of(image), maps.width, maps.height, maps.largest[image]);
    count_hits(workspace.boxes, truth.of(image), workspace.hits);
    counted[worker].add(workspace.hits, has_predictions && (*is_class_right)[image] != 0);
    if (facts) write_per_image(workspace.hits, image, *facts);
  });

  const std::lock_guard lock(mutex_);
  // Again: another update may have been counted meanwhile.
  check_alike(maps.count, has_predictions, "correct");
  for (const BoxCounts& counts : counted) counts_.merge(counts);
  if (maps.count > 0) has_predictions_ = has_predictions;
  for (std::unique_ptr<Workspace>& workspace : workspaces) idle_.push_back(std::move(workspace));
  return facts;
}

void MaxBoxAcc::merge(const MaxBoxAcc& other) {
  if (other.grid_ != grid_ || other.extra_thresholds_ != extra_thresholds_) {
    throw std::invalid_argument("expected a MaxBoxAcc of the same thresholds for 'other', got one of others");
  }
  if (&other == this) {
    const std::lock_guard lock(mutex_);
    counts_.merge(counts_);
    return;
  }
  const std::scoped_lock lock(mutex_, other.mutex_);
  if (other.has_predictions_) check_alike(other.counts_.images(), *other.has_predictions_, "other");
  counts_.merge(other.counts_);
  if (other.has_predictions_) has_predictions_ = other.has_predictions_;
}

void MaxBoxAcc::reset() {
  const std::lock_guard lock(mutex_);
  counts_ = BoxCounts();
  has_predictions_.reset();
}

MaxBoxAcc::Counts MaxBoxAcc::counts() const {
  const std::lock_guard lock(mutex_);
  return {.grid = counts_.at(grid_),
          .extra = counts_.at(extra_thresholds_),
          .has_predictions = has_predictions_.value_or(false)};
}

void MaxBoxAcc::check_alike(size_t images, bool has_predictions, const char* parameter) const {
  if (images == 0 || !has_predictions_ || *has_predictions_ == has_predictions) return;
  throw MixedPredictions(parameter, *has_predictions_);
}

std::unique_ptr<MaxBoxAcc::Workspace> MaxBoxAcc::take_workspace() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Workspace>();
  std::unique_ptr<Workspace> workspace = std::move(idle_.back());
  idle_.pop_back();
  return workspace;
}

void MaxBoxAcc::write_per_image(const LevelHits& hits, size_t image, MaxBoxAccPerImage& out) const {
  for (size_t index = 0; index < grid_.size(); ++index) {
    const auto level = static_cast<size_t>(threshold_level(grid_[index], static_cast<uint8_t>(hits.largest_level)));
    const size_t at = image * grid_.size() + index;
    out.largest_iou[at] = hits.largest_iou[level];
    for (size_t d = 0; d < kIouLevels.size(); ++d) out.all_hits[at * kIouLevels.size() + d] = hits.all[level] >> d & 1;
  }
}

}  // namespace wsol
