#include "native/torch/memory/pages.h"

#include <sys/mman.h>

#include <cstdint>
#include <limits>
#include <new>

namespace wsol {

namespace {

constexpr size_t kLargePage = size_t{2} << 20;

std::byte* map_pages(size_t bytes) {
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(mapped);
}

}  // namespace

std::byte* take_pages(size_t bytes) {
  if (bytes < kLargePage) return map_pages(bytes);
  if (bytes > std::numeric_limits<size_t>::max() - kLargePage) throw std::bad_alloc();
  // More than is asked for, so that a large page starts in it; the rest is given back.
  std::byte* const mapped = map_pages(bytes + kLargePage);
  const size_t before = (kLargePage - reinterpret_cast<uintptr_t>(mapped) % kLargePage) % kLargePage;
  std::byte* const begin = mapped + before;
  if (before > 0) munmap(mapped, before);
  if (before < kLargePage) munmap(begin + bytes, kLargePage - before);
#if defined(MADV_HUGEPAGE)
  // Only a hint: a kernel without large pages serves small ones.
  madvise(begin, bytes, MADV_HUGEPAGE);
#endif
  return begin;
}

void give_back_pages(std::byte* memory, size_t bytes) noexcept {
  // A process may have so many mappings, and pages taken out of the middle of one make one more: then their memory goes
  // alone.
  if (munmap(memory, bytes) != 0) madvise(memory, bytes, MADV_DONTNEED);
}

}  // namespace wsol
