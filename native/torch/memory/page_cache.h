#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_map>

namespace wsol {

/// Memory that is kept for the next taker instead of being given back to the kernel, which would zero it again page by
/// page. What is in use and what is kept are together never much more than the most that was ever in use. Thread-safe.
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

  /// Whether memory that is given back from now on is kept.
  void set_keeping(bool keeping);

  size_t bytes_in_use() const;
  size_t bytes_kept() const;

 private:
  /// Neighbouring pages that are not in use.
  struct Range {
    size_t bytes;
    /// When the last part of it was given back.
    uint64_t since;
  };

  std::byte* take_kept(size_t bytes);
  void keep(std::byte* memory, size_t bytes);
  void drop_beyond_limit(size_t wanted);
  void drop_all();

  mutable std::mutex mutex_;
  bool is_keeping_ = false;
  std::unordered_map<void*, size_t> in_use_;
  size_t bytes_in_use_ = 0;
  size_t most_in_use_ = 0;
  std::map<std::byte*, Range> kept_;
  size_t bytes_kept_ = 0;
  uint64_t given_back_ = 0;
};

}  // namespace wsol
