#pragma once

#include <cstddef>
#include <functional>

namespace wsol {

/// Calls `work(worker, image)` for each image below `count`, shared among at most `threads` threads (0:
/// available_cores()); `worker` counts from 0. What a call throws is thrown here, after all have stopped.
void for_each_image(size_t count, unsigned threads, const std::function<void(size_t worker, size_t image)>& work);

/// The number of workers that for_each_image uses.
size_t workers_for(size_t count, unsigned threads);

}  // namespace wsol
