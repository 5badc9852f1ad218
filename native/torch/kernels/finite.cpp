#include "native/torch/kernels/finite.h"

#include <algorithm>
#include <atomic>

#include "native/torch/kernels/lanes.h"
#include "native/torch/kernels/parallel.h"

namespace wsol {

namespace {

constexpr int64_t kNumbersAtOnce = int64_t{1} << 16;

struct Part {
  const float* numbers;
  int64_t count;
};

WSOL_FOR_EACH_ISA
bool is_finite(const float* numbers, int64_t count) {
  // Zero times a number that is not finite is NaN, which no sum loses again.
  Lanes sum{};
  const int64_t whole = count / kLanes * kLanes;
  for (int64_t at = 0; at < whole; at += kLanes) sum += load_lanes(numbers + at) * 0.0F;
  float rest = 0;
  for (int lane = 0; lane < kLanes; ++lane) rest += sum[lane];
  for (int64_t at = whole; at < count; ++at) rest += numbers[at] * 0.0F;
  return rest == 0;
}

}  // namespace

bool are_finite(const std::vector<at::Tensor>& tensors) {
  std::vector<Part> parts;
  std::vector<at::Tensor> dense;
  for (const at::Tensor& tensor : tensors) {
    dense.push_back(tensor.is_non_overlapping_and_dense() ? tensor : tensor.contiguous());
  }
  for (const at::Tensor& tensor : dense) {
    const auto* const numbers = tensor.const_data_ptr<float>();
    for (int64_t at = 0; at < tensor.numel(); at += kNumbersAtOnce) {
      parts.push_back({.numbers = numbers + at, .count = std::min(kNumbersAtOnce, tensor.numel() - at)});
    }
  }
  std::atomic<bool> all = true;
  parallel_ranges(static_cast<int64_t>(parts.size()), [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      if (!is_finite(parts[part].numbers, parts[part].count)) all = false;
    }
  });
  return all;
}

}  // namespace wsol
