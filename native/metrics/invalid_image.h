#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace wsol {

/// The first image of a batch that is invalid, whichever thread meets it when.
class InvalidImage {
 public:
  void note(size_t image) {
    size_t first = first_;
    while (image < first && !first_.compare_exchange_weak(first, image)) {
    }
  }

  std::optional<size_t> first() const { return first_ == kNone ? std::nullopt : std::optional(first_.load()); }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  std::atomic<size_t> first_{kNone};
};

}  // namespace wsol
