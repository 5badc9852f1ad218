#pragma once

#include <cstddef>

namespace wsol {

/// Memory of whole pages, zero as the kernel gives it, at the start of a large page where the platform has such. Throws
/// std::bad_alloc.
void* take_pages(size_t bytes);

/// Gives pages back to the kernel.
void give_back_pages(void* memory, size_t bytes) noexcept;

}  // namespace wsol
