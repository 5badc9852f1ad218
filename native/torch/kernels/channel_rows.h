#pragma once

#include <ATen/core/Tensor.h>

namespace wsol {

/// Kernels over rows of channels take so many at a time.
inline constexpr int64_t kChannelsAtOnce = 64;

/// Whether the pixels of a map [N, C, H, W] are rows of channels that such kernels walk: on the CPU, channels_last,
/// float32 or bfloat16.
inline bool has_channel_rows(const at::Tensor& map) {
  const bool has_type = map.scalar_type() == at::kFloat || map.scalar_type() == at::kBFloat16;
  return map.is_cpu() && has_type && map.size(1) % kChannelsAtOnce == 0 &&
         map.is_contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace wsol
