#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace wsol {

/// Blocks of memory, kept for the next taker instead of being given back to the kernel, which would zero them again
/// page by page. What is in use and what is kept are together never much more than the most that was ever in use.
/// Thread-safe.
class PageCache {
 public:
  PageCache() = default;
  PageCache(const PageCache&) = delete;
  PageCache& operator=(const PageCache&) = delete;
  ~PageCache() { clear(); }

  /// Uninitialised. Throws std::bad_alloc.
  void* take(size_t bytes);

  /// Returns false for what was not taken here.
  bool give_back(void* memory);

  /// Gives back to the kernel what is not in use, and forgets how much was.
  void clear();

  /// Whether blocks that are given back from now on are kept.
  void set_keeping(bool keeping);

  size_t bytes_in_use() const;
  size_t bytes_kept() const;

 private:
  struct Block {
    void* memory;
    size_t bytes;
  };

  std::optional<Block> take_kept(size_t bytes);
  void drop_beyond_limit(size_t wanted);
  void drop_all();

  mutable std::mutex mutex_;
  bool is_keeping_ = false;
  std::unordered_map<void*, size_t> in_use_;
  size_t bytes_in_use_ = 0;
  size_t most_in_use_ = 0;
  /// Oldest first.
  std::vector<Block> kept_;
  size_t bytes_kept_ = 0;
};

}  // namespace wsol
