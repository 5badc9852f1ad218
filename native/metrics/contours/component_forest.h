#pragma once

#include <cstdint>
#include <vector>

#include "native/metrics/box.h"
#include "native/metrics/contours/level_events.h"
#include "native/metrics/contours/level_plane.h"
#include "native/metrics/contours/row_segments.h"

namespace wsol {

/// Levels v, from `first` down to `last`, through which a component of {level >= v} keeps its bounding box.
struct BoxLife {
  /// The segment that the component is named after.
  uint32_t component;
  int32_t first, last;
  /// First and last pixel of each axis.
  Box box;
};

/// `component` is part of `heir` from level `level` downwards.
struct ComponentEnd {
  uint32_t component, heir;
  int32_t level;
};

/// The components of all superlevel sets {level >= v} of a plane, 255 >= v >= 1, by one pass over the plane and one
/// over its events: when the level falls, components appear, grow and join, and the one with the higher peak goes on.
class ComponentForest {
 public:
  /// Levels below `lowest` (1 or more) are left out.
  void build(const LevelPlane& plane, Connectivity connectivity, int lowest);

  const RowSegments& segments() const { return segments_; }
  /// By descending `first`.
  const std::vector<BoxLife>& lives() const { return lives_; }
  /// By descending `level`; those that join another component as soon as they appear are left out.
  const std::vector<ComponentEnd>& ends() const { return ends_; }
  /// Name of the component that holds a segment's pixels of `level` and above; `level` is at most the segment's peak.
  uint32_t component_at(uint32_t segment, int level) const {
    while (ended_at_[segment] >= level) segment = heir_[segment];
    return segment;
  }
  /// The level at which a component joined its heir; 0 for one that never did.
  int ended_at(uint32_t component) const { return ended_at_[component]; }
  uint32_t heir(uint32_t component) const { return heir_[component]; }

 private:
  static constexpr uint32_t kNoLife = UINT32_MAX;

  void start(uint32_t segments);
  uint32_t find(uint32_t segment);
  void touch(uint32_t component);
  void join(uint32_t one, uint32_t other, int level);
  void close_level(int level);

  RowSegments segments_;
  LevelEvents events_;
  std::vector<uint32_t> parent_, heir_;
  std::vector<uint8_t> ended_at_, is_touched_;
  std::vector<Box> boxes_;
  /// Index into lives_ of each component's present box.
  std::vector<uint32_t> life_;
  std::vector<uint32_t> touched_;
  std::vector<BoxLife> lives_;
  std::vector<ComponentEnd> ends_;
};

}  // namespace wsol
