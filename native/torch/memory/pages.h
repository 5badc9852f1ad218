#pragma once

#include <cstddef>

namespace wsol {

/// Memory of whole pages, in large ones where it is large enough and the platform has such. Throws std::bad_alloc.
void* take_pages(size_t bytes);

/// Gives pages back to the kernel.
void give_back_pages(void* memory, size_t bytes) noexcept;

}  // namespace wsol
