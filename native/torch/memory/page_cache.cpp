#include "native/torch/memory/page_cache.h"

#include <algorithm>
#include <iterator>
#include <new>

#include "native/torch/memory/pages.h"

namespace wsol {

namespace {

/// Sizes are rounded up to this many bytes.
constexpr size_t kGrain = size_t{64} << 10;
/// What may be kept beyond the most that was in use: a fixed part, and one in so many bytes of it.
constexpr size_t kSlack = size_t{32} << 20;
constexpr size_t kSlackPart = 8;

}  // namespace

void* PageCache::take(size_t bytes) {
  const size_t wanted = (std::max<size_t>(bytes, 1) + kGrain - 1) / kGrain * kGrain;
  // Overflown.
  if (wanted < bytes) throw std::bad_alloc();
  const std::lock_guard lock(mutex_);
  std::byte* memory = take_kept(wanted);
  if (memory == nullptr) {
    drop_beyond_limit(wanted);
    memory = take_pages(wanted);
  }
  try {
    in_use_.emplace(memory, wanted);
  } catch (...) {
    give_back_pages(memory, wanted);
    throw;
  }
  bytes_in_use_ += wanted;
  most_in_use_ = std::max(most_in_use_, bytes_in_use_);
  return memory;
}

bool PageCache::give_back(void* memory) {
  const std::lock_guard lock(mutex_);
  const auto found = in_use_.find(memory);
  if (found == in_use_.end()) return false;
  const size_t bytes = found->second;
  in_use_.erase(found);
  bytes_in_use_ -= bytes;
  auto* const begin = static_cast<std::byte*>(memory);
  if (is_keeping_) {
    try {
      keep(begin, bytes);
      return true;
    } catch (const std::bad_alloc&) {
      // Not kept, then.
    }
  }
  give_back_pages(begin, bytes);
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

/// From the smallest range that is large enough, of several the latest, which the processor may still have in its own
/// cache. Null where there is none.
std::byte* PageCache::take_kept(size_t bytes) {
  auto best = kept_.end();
  for (auto candidate = kept_.begin(); candidate != kept_.end(); ++candidate) {
    const Range& range = candidate->second;
    if (range.bytes < bytes) continue;
    const bool is_better = best == kept_.end() || range.bytes < best->second.bytes ||
                           (range.bytes == best->second.bytes && range.since > best->second.since);
    if (is_better) best = candidate;
  }
  if (best == kept_.end()) return nullptr;
  std::byte* const memory = best->first;
  const Range range = best->second;
  if (range.bytes > bytes) {
    kept_.emplace_hint(std::next(best), memory + bytes, Range{.bytes = range.bytes - bytes, .since = range.since});
  }
  kept_.erase(best);
  bytes_kept_ -= bytes;
  return memory;
}

/// As one range with its neighbours.
void PageCache::keep(std::byte* memory, size_t bytes) {
  const auto own = kept_.emplace(memory, Range{.bytes = bytes, .since = ++given_back_}).first;
  bytes_kept_ += bytes;
  if (const auto next = std::next(own); next != kept_.end() && next->first == memory + bytes) {
    own->second.bytes += next->second.bytes;
    kept_.erase(next);
  }
  if (own == kept_.begin()) return;
  const auto before = std::prev(own);
  if (before->first + before->second.bytes != memory) return;
  before->second = {.bytes = before->second.bytes + own->second.bytes, .since = own->second.since};
  kept_.erase(own);
}

/// The oldest first, and no more than it takes.
void PageCache::drop_beyond_limit(size_t wanted) {
  const size_t most = std::max(most_in_use_, bytes_in_use_ + wanted);
  const size_t limit = most + most / kSlackPart / kGrain * kGrain + kSlack;
  while (!kept_.empty() && bytes_in_use_ + wanted + bytes_kept_ > limit) {
    const auto oldest = std::min_element(kept_.begin(), kept_.end(),
                                         [](const auto& a, const auto& b) { return a.second.since < b.second.since; });
    const size_t bytes = std::min(oldest->second.bytes, bytes_in_use_ + wanted + bytes_kept_ - limit);
    oldest->second.bytes -= bytes;
    give_back_pages(oldest->first + oldest->second.bytes, bytes);
    bytes_kept_ -= bytes;
    if (oldest->second.bytes == 0) kept_.erase(oldest);
  }
}

void PageCache::drop_all() {
  for (const auto& [memory, range] : kept_) give_back_pages(memory, range.bytes);
  kept_.clear();
  bytes_kept_ = 0;
  most_in_use_ = bytes_in_use_;
}

}  // namespace wsol
