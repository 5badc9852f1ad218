#include "native/torch/memory/page_cache.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <new>
#include <random>
#include <thread>

#include "native/torch/memory/caching_allocator.h"

namespace wsol {

namespace {

constexpr size_t kMiB = size_t{1} << 20;

std::byte* take(PageCache& cache, size_t mebibytes) { return static_cast<std::byte*>(cache.take(mebibytes * kMiB)); }

TEST(PageCache, GivesWhatIsKeptToTheNextTaker) {
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

TEST(PageCache, BreaksUpWhatIsLargerAndPutsItTogetherAgain) {
  PageCache cache;
  cache.set_keeping(true);
  std::byte* const large = take(cache, 64);
  cache.give_back(large);
  std::byte* const parts[] = {take(cache, 1), take(cache, 40), take(cache, 23)};
  EXPECT_EQ(parts[0], large);
  EXPECT_EQ(parts[1], large + kMiB);
  EXPECT_EQ(parts[2], large + 41 * kMiB);
  EXPECT_EQ(cache.bytes_in_use(), 64 * kMiB);
  EXPECT_EQ(cache.bytes_kept(), 0);
  for (std::byte* const part : parts) std::memset(part, 1, kMiB);
  for (const int part : {2, 0, 1}) EXPECT_TRUE(cache.give_back(parts[part]));
  EXPECT_EQ(cache.bytes_kept(), 64 * kMiB);
  EXPECT_EQ(take(cache, 64), large) << "whole";
}

TEST(PageCache, TakesFromTheSmallestThatIsLargeEnough) {
  PageCache cache;
  cache.set_keeping(true);
  std::byte* const large = take(cache, 64);
  std::byte* const between = take(cache, 1);
  std::byte* const small = take(cache, 8);
  cache.give_back(small);
  cache.give_back(large);
  // The system may have laid them side by side.
  if (small + 8 * kMiB == large || large + 64 * kMiB == small) GTEST_SKIP() << "one range";
  EXPECT_EQ(take(cache, 7), small);
  EXPECT_EQ(take(cache, 63), large);
  cache.give_back(between);
}

TEST(PageCache, KeepsNotMuchMoreThanWasInUseAtOnce) {
  PageCache cache;
  cache.set_keeping(true);
  for (size_t size = 100; size < 140; ++size) cache.give_back(cache.take(size * 2 * kMiB));
  EXPECT_LE(cache.bytes_kept(), 278 * kMiB + 278 * kMiB / 8 + 32 * kMiB);
  EXPECT_GE(cache.bytes_kept(), 278 * kMiB);
}

/// Against a list of who has which bytes.
TEST(PageCache, NeverGivesBytesToTwo) {
  PageCache cache;
  cache.set_keeping(true);
  std::mt19937 random(1);
  std::map<std::byte*, size_t> taken;
  size_t in_use = 0, most = 0;
  for (int turn = 0; turn < 20000; ++turn) {
    if (taken.empty() || random() % 100 < 52) {
      const size_t bytes = (random() % 64 + 1) << (16 + random() % 5);
      auto* const memory = static_cast<std::byte*>(cache.take(bytes));
      const auto next = taken.lower_bound(memory);
      ASSERT_TRUE(next == taken.end() || memory + bytes <= next->first);
      ASSERT_TRUE(next == taken.begin() || std::prev(next)->first + std::prev(next)->second <= memory);
      taken.emplace(memory, bytes);
      in_use += bytes;
      // Still mapped, whatever was given back beside it.
      memory[0] = memory[bytes - 1] = std::byte{1};
    } else {
      const auto gone = std::next(taken.begin(), static_cast<int64_t>(random() % taken.size()));
      in_use -= gone->second;
      ASSERT_TRUE(cache.give_back(gone->first));
      taken.erase(gone);
    }
    most = std::max(most, in_use);
    ASSERT_EQ(cache.bytes_in_use(), in_use);
    ASSERT_LE(cache.bytes_kept() + in_use, most + most / 8 + 32 * kMiB);
    if (in_use > 512 * kMiB) {
      for (const auto& [memory, bytes] : taken) cache.give_back(memory);
      taken.clear();
      in_use = 0;
    }
  }
  for (const auto& [memory, bytes] : taken) cache.give_back(memory);
  EXPECT_EQ(cache.bytes_in_use(), 0);
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
