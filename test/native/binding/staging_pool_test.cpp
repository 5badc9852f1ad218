#include "binding/common/staging_pool.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace wsol::binding {

namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(StagingPool, ACopyKeepsItsElementsWhateverBecomesOfTheArray) {
  const auto pool = StagingPool::create();
  std::vector<double> array = {1, 2, 3};
  const Staged<double> staged = pool->copy(std::span<const double>(array));
  array.assign({7, 8, 9});
  EXPECT_EQ(std::vector<double>(staged.elements.begin(), staged.elements.end()), (std::vector<double>{1, 2, 3}));
}

TEST(StagingPool, TakesAnEmptyArray) {
  EXPECT_EQ(StagingPool::create()->copy(std::span<const uint8_t>()).elements.size(), 0U);
}

TEST(StagingPool, GivesTheSmallestIdleBlockThatIsLargeEnough) {
  const auto pool = StagingPool::create();
  auto large = pool->take(4 * kMiB), small = pool->take(kMiB);
  std::byte* const small_block = small.get();
  large.reset();
  small.reset();
  EXPECT_EQ(pool->idle_bytes(), 5 * kMiB);
  EXPECT_EQ(pool->take(kMiB / 2).get(), small_block);
  EXPECT_EQ(pool->idle_bytes(), 5 * kMiB);
}

TEST(StagingPool, BlocksInUseAreNeverGivenTwice) {
  const auto pool = StagingPool::create();
  const auto one = pool->take(kMiB);
  const std::shared_ptr<std::byte> also_one = one;
  const auto other = pool->take(kMiB);
  EXPECT_NE(one.get(), other.get());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(one.get()) % 64, 0U);
}

TEST(StagingPool, KeepsNoMoreIdleThanItsBound) {
  const auto pool = StagingPool::create();
  for (int round = 0; round < 3; ++round) {
    std::vector<std::shared_ptr<std::byte>> blocks;
    for (int block = 0; block < 50; ++block) blocks.push_back(pool->take(3 * kMiB));
  }
  EXPECT_LE(pool->idle_bytes(), StagingPool::kMostIdleBytes);
  EXPECT_GT(pool->idle_bytes(), StagingPool::kMostIdleBytes - 3 * kMiB);
  pool->take(2 * StagingPool::kMostIdleBytes).reset();
  EXPECT_LE(pool->idle_bytes(), StagingPool::kMostIdleBytes);
}

TEST(StagingPool, BlocksOutliveTheLastUserOfThePool) {
  auto pool = StagingPool::create();
  auto block = pool->take(kMiB);
  pool.reset();
  std::memset(block.get(), 1, kMiB);
  block.reset();
}

TEST(StagingPool, ServesManyThreads) {
  const auto pool = StagingPool::create();
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t round = 0; round < 500; ++round) {
        const std::vector<uint8_t> array(1 + round * 31 % 5000, static_cast<uint8_t>(thread));
        const Staged<uint8_t> staged = pool->copy(std::span<const uint8_t>(array));
        for (const uint8_t element : staged.elements) wrong[static_cast<size_t>(thread)] += element != thread;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace

}  // namespace wsol::binding
