#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "native/metrics/contours/component_forest.h"
#include "native/metrics/contours/holes.h"
#include "native/metrics/contours/level_plane.h"
#include "native/metrics/contours/outline.h"
#include "native/metrics/contours/window_areas.h"

namespace wsol {

/// For every level the component of {level >= v} whose contour, holes filled, encloses the largest area; among equals
/// the one whose first pixel in raster order comes last. Areas without holes come from WindowAreas and bound the filled
/// ones from below, boxes bound them from above; only what the bounds leave open is measured along its outline.
class LargestContour {
 public:
  void find(const LevelPlane& plane, const ComponentForest& forest, Holes& holes);

  /// Box of the component at level 1 to 255; nullptr where there is none.
  const Box* at(int level) const {
    const size_t life = life_at_[static_cast<size_t>(level)];
    return life == kNoLife ? nullptr : &forest_->lives()[life].box;
  }

 private:
  static constexpr size_t kNoLife = SIZE_MAX;

  struct Live {
    uint32_t component;
    size_t life;
    /// Twice the area without holes.
    int64_t doubled_area;
  };
  /// Twice the filled area lies in [low, high].
  struct Candidate {
    const Live* live;
    int64_t low, high;
  };

  void end(const ComponentEnd& end);
  void begin(size_t life);
  size_t choose(Holes& holes, int level);
  void keep_possible();
  void tighten(Holes& holes, int level);
  void measure(int level);
  size_t last_in_raster_order(int level) const;
  Pixel first_pixel(const Live& live, int level) const;
  const Box& box_of(const Live& live) const { return forest_->lives()[live.life].box; }

  const LevelPlane* plane_ = nullptr;
  const ComponentForest* forest_ = nullptr;
  WindowAreas areas_;
  std::array<size_t, 256> life_at_{};
  std::vector<Live> live_;
  /// Index into live_ of each component.
  std::vector<uint32_t> place_;
  std::vector<Candidate> candidates_;
};

}  // namespace wsol
