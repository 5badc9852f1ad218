#include "native/metrics/bootstrap/bootstrap.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "native/metrics/bootstrap/image_draws.h"
#include "native/metrics/parallel_images.h"

namespace wsol {

namespace {

/// Resamples that one thread takes at a time; their sums of pixels fit into its cache beside an image's.
constexpr size_t kBlock = 8;

size_t blocks_in(size_t count) { return (count + kBlock - 1) / kBlock; }

double pooled_precision(const PixelHistograms& pixels, std::span<const int32_t> times) {
  std::vector<uint64_t> sums(2 * pixels.bins());
  for (size_t image = 0; image < times.size(); ++image) pixels.add(image, times[image], sums);
  return average_precision(sums);
}

}  // namespace

Bootstrap::Bootstrap(size_t images, uint64_t seed, unsigned threads, std::vector<ImageFacts> runs)
    : images_(images), seed_(seed), threads_(threads) {
  for (ImageFacts& facts : runs) runs_.emplace_back(std::move(facts));
}

std::vector<double> Bootstrap::resample(uint64_t first, size_t count) const {
  std::vector<double> out(runs_.size() * RunFigure::kCount * count);
  // Blocks of resamples are shared among the threads as images are elsewhere.
  for_each_image(blocks_in(count), threads_, [&](size_t, size_t block) {
    std::vector<int32_t> times(images_);
    for (size_t at = block * kBlock; at < std::min(count, (block + 1) * kBlock); ++at) {
      draw_images(seed_, first + at, times);
      for (size_t run = 0; run < runs_.size(); ++run) {
        const auto figures = runs_[run].figures(times, images_);
        for (size_t figure = 0; figure < figures.size(); ++figure) {
          out[(run * RunFigure::kCount + figure) * count + at] = figures[figure];
        }
      }
    }
  });
  return out;
}

std::vector<double> Bootstrap::resample_pixels(uint64_t first, size_t count) const {
  std::vector<double> out(runs_.size() * count, std::numeric_limits<double>::quiet_NaN());
  for_each_image(blocks_in(count), threads_, [&](size_t, size_t block) {
    const size_t begin = block * kBlock, size = std::min(kBlock, count - begin);
    std::vector<std::vector<int32_t>> times(size, std::vector<int32_t>(images_));
    for (size_t at = 0; at < size; ++at) draw_images(seed_, first + begin + at, times[at]);
    for (size_t run = 0; run < runs_.size(); ++run) {
      const std::optional<PixelHistograms>& pixels = runs_[run].pixels();
      if (!pixels) continue;
      std::vector<std::vector<uint64_t>> sums(size, std::vector<uint64_t>(2 * pixels->bins()));
      // All resamples of the block at each image, so that its counts come from memory once.
      for (size_t image = 0; image < images_; ++image) {
        for (size_t at = 0; at < size; ++at) {
          if (times[at][image] != 0) pixels->add(image, times[at][image], sums[at]);
        }
      }
      for (size_t at = 0; at < size; ++at) out[run * count + begin + at] = average_precision(sums[at]);
    }
  });
  return out;
}

std::vector<double> Bootstrap::observed() const {
  const std::vector<int32_t> once(images_, 1);
  std::vector<double> out;
  for (const RunResampler& run : runs_) {
    const auto figures = run.figures(once, images_);
    out.insert(out.end(), figures.begin(), figures.end());
    out.push_back(run.pixels() ? pooled_precision(*run.pixels(), once) : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

}  // namespace wsol
