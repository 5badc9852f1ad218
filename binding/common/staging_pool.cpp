#include "binding/common/staging_pool.h"

#include <new>
#include <numeric>
#include <utility>

namespace wsol::binding {

namespace {

constexpr std::align_val_t kAlignment{64};

}  // namespace

void StagingPool::FreeAligned::operator()(std::byte* memory) const { ::operator delete(memory, kAlignment); }

std::shared_ptr<std::byte> StagingPool::take(size_t bytes) {
  Block block = take_idle(bytes);
  if (block.memory == nullptr) {
    block.bytes = std::max(bytes, static_cast<size_t>(kAlignment));
    block.memory.reset(static_cast<std::byte*>(::operator new(block.bytes, kAlignment)));
  }
  std::byte* const memory = block.memory.get();
  const auto shared = std::make_shared<Block>(std::move(block));
  return {memory, [pool = shared_from_this(), shared](std::byte*) { pool->give_back(std::move(*shared)); }};
}

StagingPool::Block StagingPool::take_idle(size_t bytes) {
  const std::lock_guard lock(mutex_);
  auto best = idle_.end();
  for (auto candidate = idle_.begin(); candidate != idle_.end(); ++candidate) {
    if (candidate->bytes < bytes) continue;
    if (best == idle_.end() || candidate->bytes < best->bytes) best = candidate;
  }
  if (best == idle_.end()) return {.memory = nullptr, .bytes = 0};
  Block block = std::move(*best);
  idle_.erase(best);
  return block;
}

void StagingPool::give_back(Block block) {
  const std::lock_guard lock(mutex_);
  try {
    idle_.push_back(std::move(block));
  } catch (const std::bad_alloc&) {
    return;
  }
  size_t total = sum_idle();
  while (total > kMostIdleBytes) {
    total -= idle_.front().bytes;
    idle_.erase(idle_.begin());
  }
}

size_t StagingPool::idle_bytes() const {
  const std::lock_guard lock(mutex_);
  return sum_idle();
}

size_t StagingPool::sum_idle() const {
  return std::accumulate(idle_.begin(), idle_.end(), size_t{0},
                         [](size_t sum, const Block& one) { return sum + one.bytes; });
}

}  // namespace wsol::binding
