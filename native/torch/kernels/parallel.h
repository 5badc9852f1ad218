#pragma once

#include <c10/util/FunctionRef.h>

#include <cstdint>

namespace wsol {

/// Shares 0 … count - 1 out in neighbouring parts, one for each of LibTorch's own threads.
void parallel_ranges(int64_t count, c10::function_ref<void(int64_t begin, int64_t end)> run);

}  // namespace wsol
