#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wsol {

/// XXH64, a checksum that keeps up with memory (Collet, "xxHash fast digest algorithm", specification 0.1.1). Finds
/// damage, not forgery.
uint64_t xxhash64(std::span<const std::byte> bytes, uint64_t seed);

}  // namespace wsol
