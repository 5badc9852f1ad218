#include "native/torch/memory/pages.h"

#include <cstdint>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace wsol {

namespace {

constexpr size_t kLargePage = size_t{2} << 20;

}  // namespace

#if defined(__linux__)

void* take_pages(size_t bytes) {
  // More than is asked for, so that a large page starts in it; the rest is given back.
  const size_t room = bytes + kLargePage;
  void* const mapped = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<std::byte*>(mapped);
  const size_t before = (kLargePage - reinterpret_cast<uintptr_t>(begin) % kLargePage) % kLargePage;
  if (before > 0) munmap(begin, before);
  if (before < kLargePage) munmap(begin + before + bytes, kLargePage - before);
  // Only a hint: a kernel without large pages serves small ones.
  const size_t in_large_pages = bytes / kLargePage * kLargePage;
  if (in_large_pages > 0) madvise(begin + before, in_large_pages, MADV_HUGEPAGE);
  return begin + before;
}

void give_back_pages(void* memory, size_t bytes) noexcept { munmap(memory, bytes); }

#else

void* take_pages(size_t bytes) { return ::operator new(bytes, std::align_val_t(kLargePage)); }

void give_back_pages(void* memory, size_t) noexcept { ::operator delete(memory, std::align_val_t(kLargePage)); }

#endif

}  // namespace wsol
