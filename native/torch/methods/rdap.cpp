#include "native/torch/methods/rdap.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include <algorithm>

#include "native/torch/methods/attention_dropout.h"

namespace wsol {

namespace {

int64_t default_block_size(int64_t map_side) {
  const int64_t third = std::max<int64_t>(1, map_side / 3);
  return third % 2 == 1 ? third : third - 1;
}

/// Which of `count` rows or columns lie in a block around each of `centres` [N, 1]; [N, count].
at::Tensor lies_in_block(const at::Tensor& centres, int64_t block_size, int64_t count) {
  const at::Tensor from_start = at::arange(count, centres.options()).unsqueeze(0) - (centres - block_size / 2);
  return (from_start >= 0).logical_and_(from_start < block_size);
}

}  // namespace

FeatureHook make_rdap_hook(const MethodSettings& settings, at::Generator generator) {
  const auto& [drop_rate, block_size] = settings.rdap;
  const auto keep = [block_size](const at::Tensor& attention) { return keep_around_peak(attention, block_size); };
  return make_attention_hook(drop_rate, keep, std::move(generator));
}

at::Tensor keep_around_peak(const at::Tensor& attention, int64_t block_size) {
  const int64_t height = attention.size(2), width = attention.size(3);
  const int64_t side = block_size > 0 ? block_size : default_block_size(std::min(height, width));
  const bool keep_dimensions = true;
  const at::Tensor peaks = attention.flatten(1).argmax(1, keep_dimensions);
  const at::Tensor rows = lies_in_block(peaks.floor_divide(width), side, height);
  const at::Tensor columns = lies_in_block(peaks.remainder(width), side, width);
  return rows.unsqueeze(2).logical_and(columns.unsqueeze(1)).logical_not_().unsqueeze(1);
}

}  // namespace wsol
