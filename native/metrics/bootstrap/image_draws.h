#pragma once

#include <cstdint>
#include <span>

namespace wsol {

/// Draws as many images as there are, with replacement: `times[i]` becomes how often image i was drawn. A function of
/// (seed, resample) and the number of images alone, so that runs of the same images are resampled alike.
void draw_images(uint64_t seed, uint64_t resample, std::span<int32_t> times);

}  // namespace wsol
