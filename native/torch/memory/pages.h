#pragma once

#include <cstddef>

namespace wsol {

/// Memory of whole pages, in large ones where it is large enough and the system has such. Throws std::bad_alloc.
std::byte* take_pages(size_t bytes);

/// Gives pages back to the kernel, all that were taken together or a part of them.
void give_back_pages(std::byte* memory, size_t bytes) noexcept;

}  // namespace wsol
