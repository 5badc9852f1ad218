#include "native/torch/memory/page_cache.h"

#include <algorithm>
#include <new>

#include "native/torch/memory/pages.h"

namespace wsol {

namespace {

/// Sizes are rounded up to this many bytes.
constexpr size_t kGrain = size_t{64} << 10;
/// A block serves a taker of at least 7/8 of its size.
constexpr size_t kWastedPart = 8;
/// What may be kept beyond the most that was in use: a fixed part, and one in so many bytes of it.
constexpr size_t kSlack = size_t{32} << 20;
constexpr size_t kSlackPart = 4;

}  // namespace

void* PageCache::take(size_t bytes) {
  const size_t wanted = (std::max<size_t>(bytes, 1) + kGrain - 1) / kGrain * kGrain;
  // Overflown.
  if (wanted < bytes) throw std::bad_alloc();
  const std::lock_guard lock(mutex_);
  std::optional<Block> block = take_kept(wanted);
  most_in_use_ = std::max(most_in_use_, bytes_in_use_ + (block ? block->bytes : wanted));
  if (!block) {
    drop_beyond_limit(wanted);
    block = Block{.memory = take_pages(wanted), .bytes = wanted};
  }
  try {
    in_use_.emplace(block->memory, block->bytes);
  } catch (...) {
    give_back_pages(block->memory, block->bytes);
    throw;
  }
  bytes_in_use_ += block->bytes;
  return block->memory;
}

bool PageCache::give_back(void* memory) {
  const std::lock_guard lock(mutex_);
  const auto found = in_use_.find(memory);
  if (found == in_use_.end()) return false;
  const Block block{.memory = memory, .bytes = found->second};
  in_use_.erase(found);
  bytes_in_use_ -= block.bytes;
  if (is_keeping_) {
    try {
      kept_.push_back(block);
      bytes_kept_ += block.bytes;
      return true;
    } catch (const std::bad_alloc&) {
      // Not kept, then.
    }
  }
  give_back_pages(block.memory, block.bytes);
  return true;
}

void PageCache::clear() {
  const std::lock_guard lock(mutex_);
  drop_all();
}

void PageCache::set_keeping(bool keeping) {
  const std::lock_guard lock(mutex_);
  is_keeping_ = keeping;
  if (!keeping) drop_all();
}

size_t PageCache::bytes_in_use() const {
  const std::lock_guard lock(mutex_);
  return bytes_in_use_;
}

size_t PageCache::bytes_kept() const {
  const std::lock_guard lock(mutex_);
  return bytes_kept_;
}

/// The smallest that is large enough, of several the latest, which the processor may still have in its own cache.
std::optional<PageCache::Block> PageCache::take_kept(size_t bytes) {
  auto best = kept_.end();
  for (auto candidate = kept_.begin(); candidate != kept_.end(); ++candidate) {
    const bool fits = candidate->bytes >= bytes && candidate->bytes - bytes <= candidate->bytes / kWastedPart;
    if (fits && (best == kept_.end() || candidate->bytes <= best->bytes)) best = candidate;
  }
  if (best == kept_.end()) return std::nullopt;
  const Block block = *best;
  kept_.erase(best);
  bytes_kept_ -= block.bytes;
  return block;
}

void PageCache::drop_beyond_limit(size_t wanted) {
  const size_t limit = most_in_use_ + most_in_use_ / kSlackPart + kSlack;
  auto block = kept_.begin();
  while (block != kept_.end() && bytes_in_use_ + wanted + bytes_kept_ > limit) {
    give_back_pages(block->memory, block->bytes);
    bytes_kept_ -= block->bytes;
    ++block;
  }
  kept_.erase(kept_.begin(), block);
}

void PageCache::drop_all() {
  for (const Block& block : kept_) give_back_pages(block.memory, block.bytes);
  kept_.clear();
  bytes_kept_ = 0;
  most_in_use_ = bytes_in_use_;
}

}  // namespace wsol
