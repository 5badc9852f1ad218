#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>

#include "native/torch/kernels/parallel.h"

namespace wsol {

/// Kernels over rows of channels take so many at a time.
inline constexpr int64_t kChannelsAtOnce = 64;

/// Rows x channels, one after the other: pixels of maps in channels_last.
struct Rows {
  int64_t count;
  int64_t channels;
};

/// Whether the pixels of a map [N, C, H, W] are rows of channels that such kernels walk: on the CPU, channels_last,
/// float32 or bfloat16.
inline bool has_channel_rows(const at::Tensor& map) {
  const bool has_type = map.scalar_type() == at::kFloat || map.scalar_type() == at::kBFloat16;
  return map.is_cpu() && has_type && map.size(1) % kChannelsAtOnce == 0 &&
         map.is_contiguous(at::MemoryFormat::ChannelsLast);
}

/// What a ReLU lets through of a gradient: all of it, or with `output` not null where that is above 0. Written to
/// `passed` unless that is null.
template <typename Element>
struct Backward {
  const Element* gradient;
  const Element* output;
  const Element* input;
  Element* passed;

  /// From number `offset` of each on.
  Backward from(int64_t offset) const {
    return {.gradient = gradient + offset,
            .output = output == nullptr ? nullptr : output + offset,
            .input = input + offset,
            .passed = passed == nullptr ? nullptr : passed + offset};
  }
};

/// The rows of a map in parts, whose sums do not depend on how many threads there are, and which stay in the
/// processor's cache between two passes. No part lies in two of the `groups`, equal numbers of neighbouring rows.
struct Parts {
  Parts(const at::Tensor& map, int64_t groups)
      : group{.count = map.numel() / map.size(1) / groups, .channels = map.size(1)},
        at_once(std::max<int64_t>(1, kNumbersAtOnce / group.channels)),
        in_group((group.count + at_once - 1) / at_once),
        count(groups * in_group) {}

  Rows rows_of(int64_t part) const {
    return {.count = std::min(at_once, group.count - part % in_group * at_once), .channels = group.channels};
  }

  /// Calls `run(part, its rows, the place of its first number)` for each, on all threads.
  template <typename Run>
  void each(Run run) const {
    parallel_ranges(count, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; ++part) {
        const int64_t first_row = part / in_group * group.count + part % in_group * at_once;
        run(part, rows_of(part), first_row * group.channels);
      }
    });
  }

  /// Of one group.
  Rows group;
  int64_t at_once;
  int64_t in_group;
  /// Of all groups.
  int64_t count;

 private:
  static constexpr int64_t kNumbersAtOnce = int64_t{1} << 15;
};

}  // namespace wsol
