#include "native/torch/memory/pages.h"

#include <cstdint>
#include <limits>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace wsol {

namespace {

constexpr size_t kLargePage = size_t{2} << 20;

}  // namespace

#if defined(__linux__)

namespace {

std::byte* map_pages(size_t bytes) {
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(mapped);
}

}  // namespace

void* take_pages(size_t bytes) {
  if (bytes < kLargePage) return map_pages(bytes);
  if (bytes > std::numeric_limits<size_t>::max() - kLargePage) throw std::bad_alloc();
  // More than is asked for, so that a large page starts in it; the rest is given back.
  std::byte* const mapped = map_pages(bytes + kLargePage);
  const size_t before = (kLargePage - reinterpret_cast<uintptr_t>(mapped) % kLargePage) % kLargePage;
  std::byte* const begin = mapped + before;
  if (before > 0) munmap(mapped, before);
  if (before < kLargePage) munmap(begin + bytes, kLargePage - before);
  // Only a hint: a kernel without large pages serves small ones.
  madvise(begin, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
  return begin;
}

void give_back_pages(void* memory, size_t bytes) noexcept { munmap(memory, bytes); }

#else

void* take_pages(size_t bytes) { return ::operator new(bytes, std::align_val_t(kLargePage)); }

void give_back_pages(void* memory, size_t) noexcept { ::operator delete(memory, std::align_val_t(kLargePage)); }

#endif

}  // namespace wsol
