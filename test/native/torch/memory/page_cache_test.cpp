#include "native/torch/memory/page_cache.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <thread>

#include "native/torch/memory/caching_allocator.h"

namespace wsol {

namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(PageCache, GivesKeptBlocksToTheNextTaker) {
  PageCache cache;
  cache.set_keeping(true);
  void* const first = cache.take(5 * kMiB);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0);
  std::memset(first, 1, 5 * kMiB);
  EXPECT_TRUE(cache.give_back(first));
  EXPECT_EQ(cache.bytes_kept(), 5 * kMiB);
  EXPECT_EQ(cache.take(5 * kMiB - 100), first) << "a little smaller";
  EXPECT_NE(cache.take(5 * kMiB), first) << "in use";
  EXPECT_EQ(cache.bytes_kept(), 0);
}

TEST(PageCache, DoesNotServeASmallTakerWithALargeBlock) {
  PageCache cache;
  cache.set_keeping(true);
  void* const large = cache.take(64 * kMiB);
  cache.give_back(large);
  void* const small = cache.take(kMiB);
  EXPECT_NE(small, large);
  EXPECT_EQ(cache.bytes_in_use(), kMiB);
}

TEST(PageCache, KeepsNotMuchMoreThanWasInUseAtOnce) {
  PageCache cache;
  cache.set_keeping(true);
  for (size_t size = 100; size < 140; ++size) cache.give_back(cache.take(size * 2 * kMiB));
  EXPECT_LE(cache.bytes_kept(), (278 + 278 / 4 + 32) * kMiB);
  EXPECT_GE(cache.bytes_kept(), 278 * kMiB);
}

TEST(PageCache, KeepsNothingWithoutBeingTold) {
  PageCache cache;
  cache.give_back(cache.take(kMiB));
  EXPECT_EQ(cache.bytes_kept(), 0);
  cache.set_keeping(true);
  void* const in_use = cache.take(kMiB);
  cache.give_back(cache.take(3 * kMiB));
  EXPECT_EQ(cache.bytes_kept(), 3 * kMiB);
  cache.set_keeping(false);
  EXPECT_EQ(cache.bytes_kept(), 0);
  std::memset(in_use, 1, kMiB);
  EXPECT_TRUE(cache.give_back(in_use));
  EXPECT_EQ(cache.bytes_in_use(), 0);
}

TEST(PageCache, KnowsWhatIsNotItsOwn) {
  PageCache cache;
  int number = 0;
  EXPECT_FALSE(cache.give_back(&number));
}

TEST(PageCache, ThrowsWhereThereIsNoMemory) {
  PageCache cache;
  EXPECT_THROW(cache.take(std::numeric_limits<size_t>::max()), std::bad_alloc);
  EXPECT_THROW(cache.take(std::numeric_limits<size_t>::max() / 4), std::bad_alloc);
  EXPECT_EQ(cache.bytes_in_use(), 0);
}

TEST(PageCache, ServesThreads) {
  PageCache cache;
  cache.set_keeping(true);
  const auto work = [&](size_t seed) {
    for (size_t turn = 0; turn < 300; ++turn) {
      auto* const block = static_cast<unsigned char*>(cache.take(((seed + turn) % 7 + 1) * 100000));
      block[0] = block[99999] = static_cast<unsigned char>(seed);
      ASSERT_EQ(block[99999], seed);
      cache.give_back(block);
    }
  };
  std::thread first(work, 1), second(work, 2);
  first.join();
  second.join();
  EXPECT_EQ(cache.bytes_in_use(), 0);
}

TEST(MemoryKeeping, TensorsOutliveIt) {
  const at::Tensor before = at::ones({300, 1000});
  at::Tensor within;
  {
    const MemoryKeeping keeping;
    within = at::ones({300, 1000});
    const void* const place = at::full({500, 1000}, 2).data_ptr();
    EXPECT_EQ(at::full({500, 1000}, 3).data_ptr(), place) << "the same memory again";
  }
  const at::Tensor after = at::ones({300, 1000});
  EXPECT_EQ((before + within + after).sum().item<double>(), 900000);
}

}  // namespace

}  // namespace wsol
