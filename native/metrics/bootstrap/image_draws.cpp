#include "native/metrics/bootstrap/image_draws.h"

#include <algorithm>

namespace wsol {

namespace {

constexpr uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;

/// The finaliser of splitmix64: every input bit reaches every output bit.
uint64_t mix(uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
  return bits ^ bits >> 31;
}

}  // namespace

void draw_images(uint64_t seed, uint64_t resample, std::span<int32_t> times) {
  std::fill(times.begin(), times.end(), 0);
  const uint64_t count = times.size();
  uint64_t state = mix(mix(seed + kGoldenRatio) + resample);
  for (uint64_t draw = 0; draw < count; ++draw) {
    state += kGoldenRatio;
    // The upper half as a fraction of 2^32; its bias is below count / 2^32.
    ++times[(mix(state) >> 32) * count >> 32];
  }
}

}  // namespace wsol
