#include "native/metrics/level_maps.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "native/metrics/invalid_image.h"
#include "native/metrics/parallel_images.h"
#include "native/metrics/quantise.h"

namespace wsol {

namespace {

/// Less is done before another thread has started.
constexpr size_t kPixelsPerThread = size_t{1} << 20;

}  // namespace

LevelMaps quantise(const ScoreMaps& maps, std::span<uint8_t> levels, unsigned threads) {
  LevelMaps result{.levels = levels,
                   .largest = std::vector<uint8_t>(maps.count),
                   .count = maps.count,
                   .height = maps.height,
                   .width = maps.width};
  const size_t pixels = maps.pixels();
  const size_t workers = std::min(workers_for(maps.count, threads), 1 + maps.count * pixels / kPixelsPerThread);
  InvalidImage invalid;
  for_each_image(maps.count, static_cast<unsigned>(workers), [&](size_t, size_t image) {
    const std::optional<uint8_t> largest = std::visit(
        [&](const auto& data) {
          return quantise(data.subspan(image * pixels, pixels), levels.subspan(image * pixels, pixels));
        },
        maps.data);
    if (!largest) return invalid.note(image);
    result.largest[image] = *largest;
  });
  if (const std::optional<size_t> index = invalid.first()) throw InvalidScoreMap(maps, *index);
  return result;
}

}  // namespace wsol
