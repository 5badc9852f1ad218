#include "native/torch/train/step_draws.h"

#include <ATen/CPUGeneratorImpl.h>

namespace wsol {

namespace {

/// One 64-bit number from two, well mixed (the finaliser of SplitMix64), so that neighbouring steps draw nothing alike.
uint64_t mix(uint64_t seed, uint64_t step) {
  uint64_t bits = seed * 0x9e3779b97f4a7c15ULL + step + 1;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
  return bits ^ (bits >> 31);
}

}  // namespace

at::Generator step_generator(uint64_t seed, int64_t step, Draws purpose, int64_t rank) {
  uint64_t bits = mix(seed, static_cast<uint64_t>(step));
  if (purpose != Draws::kCrops) bits = mix(bits, static_cast<uint64_t>(purpose));
  if (rank != 0) bits = mix(bits, static_cast<uint64_t>(rank));
  return at::detail::createCPUGenerator(bits);
}

}  // namespace wsol
