#pragma once

#include <ATen/core/Generator.h>

#include <cstdint>

namespace wsol {

/// What draws of one step are for. Each has a stream of its own, so that one does not move the others.
enum class Draws : uint64_t { kCrops = 0, kMethod = 1 };

/// A fresh generator on the CPU whose draws are a function of (seed, step, purpose, rank) alone.
/// @param rank 0 also where all processes draw alike.
at::Generator step_generator(uint64_t seed, int64_t step, Draws purpose, int64_t rank = 0);

}  // namespace wsol
