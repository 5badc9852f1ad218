#include "native/torch/memory/caching_allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <atomic>
#include <mutex>
#include <new>

#include "native/torch/memory/page_cache.h"

namespace wsol {

namespace {

/// Smaller blocks the C library keeps by itself.
constexpr size_t kSmallest = size_t{128} << 10;

/// Never destroyed: tensors may be freed after everything static is.
PageCache& cache() {
  static auto* const cache = new PageCache;
  return *cache;
}

std::mutex keeping_mutex;
std::atomic<int> keeping_count = 0;

/// Of what `allocate` returned, or LibTorch's own allocator before this one was in place.
void free_either(void* memory) {
  if (memory != nullptr && !cache().give_back(memory)) c10::free_cpu(memory);
}

class CachingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes < kSmallest || keeping_count == 0) return c10::GetDefaultCPUAllocator()->allocate(bytes);
    try {
      void* const memory = cache().take(bytes);
      return {memory, memory, free_either, c10::Device(c10::kCPU)};
    } catch (const std::bad_alloc&) {
      cache().clear();
      return c10::GetDefaultCPUAllocator()->allocate(bytes);
    }
  }

  c10::DeleterFnPtr raw_deleter() const override { return free_either; }

  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }
};

}  // namespace

MemoryKeeping::MemoryKeeping() {
  static std::once_flag is_in_place;
  std::call_once(is_in_place, [] { c10::SetAllocator(c10::kCPU, new CachingAllocator); });
  const std::lock_guard lock(keeping_mutex);
  if (++keeping_count == 1) cache().set_keeping(true);
}

MemoryKeeping::~MemoryKeeping() {
  const std::lock_guard lock(keeping_mutex);
  if (--keeping_count == 0) cache().set_keeping(false);
}

}  // namespace wsol
