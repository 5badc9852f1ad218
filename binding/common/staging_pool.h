#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace wsol::binding {

/// Elements copied out of an array of JavaScript, for as long as the memory is held.
template <typename Element>
struct Staged {
  std::shared_ptr<const std::byte> memory;
  std::span<const Element> elements;
};

/// Memory for copies of JavaScript's arrays: other threads read the copy, never an array that a script may change or
/// transfer. A block returns when its last owner drops it; idle ones are kept for the next call, because the pages of
/// fresh memory cost more than the copy. Any thread may call any method.
class StagingPool : public std::enable_shared_from_this<StagingPool> {
 public:
  /// What the idle blocks hold together, at most.
  static constexpr size_t kMostIdleBytes = size_t{64} << 20;

  /// Blocks own the pool, so that it outlives its last user.
  static std::shared_ptr<StagingPool> create() { return std::shared_ptr<StagingPool>(new StagingPool); }

  /// `bytes` or more, uninitialised, aligned to a cache line. Throws std::bad_alloc.
  std::shared_ptr<std::byte> take(size_t bytes);

  template <typename Element>
  Staged<Element> copy(std::span<const Element> elements) {
    const std::shared_ptr<std::byte> memory = take(elements.size_bytes());
    auto* const copied = reinterpret_cast<Element*>(memory.get());
    std::copy(elements.begin(), elements.end(), copied);
    return {memory, {copied, elements.size()}};
  }

  size_t idle_bytes() const;

 private:
  struct FreeAligned {
    void operator()(std::byte* memory) const;
  };
  struct Block {
    std::unique_ptr<std::byte, FreeAligned> memory;
    size_t bytes;
  };

  StagingPool() = default;
  Block take_idle(size_t bytes);
  void give_back(Block block);
  /// For holders of the mutex.
  size_t sum_idle() const;

  mutable std::mutex mutex_;
  /// Oldest first.
  std::vector<Block> idle_;
};

}  // namespace wsol::binding
