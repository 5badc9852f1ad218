#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace wsol {

/// The images of the global batch that one process has: every `world_size`-th from `rank` on, as lib/data/sampler.ts
/// deals them.
struct Share {
  int64_t rank;
  int64_t world_size;
};

/// Of a process that works alone.
inline constexpr Share kWholeBatch{.rank = 0, .world_size = 1};

/// How many images the global batch has where this process has `count`: all processes have equally many.
inline int64_t global_count(int64_t count, const Share& share) { return count * share.world_size; }

/// The rows of a share, of one row for each image of the global batch. With draws for all of it, a process draws for an
/// image what any other division of the batch draws for it.
inline at::Tensor rows_of(const at::Tensor& global, const Share& share) {
  return share.world_size == 1 ? global : global.slice(0, share.rank, global.size(0), share.world_size).contiguous();
}

}  // namespace wsol
