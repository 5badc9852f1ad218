#include "native/torch/models/padding.h"

#include <ATen/ops/constant_pad_nd.h>

#include <algorithm>

#include "native/torch/errors.h"

namespace wsol {

namespace {

/// Pixels that windows starting at every stride-th one reach beyond a side, in all.
int64_t overhang(int64_t side, const Window& window) {
  const int64_t windows = (side + window.stride - 1) / window.stride;
  return std::max<int64_t>((windows - 1) * window.stride + window.kernel - side, 0);
}

}  // namespace

Padding parse_padding(const std::string& name) {
  if (name == "symmetric") return Padding::kSymmetric;
  if (name == "same") return Padding::kSame;
  throw InvalidArgument("padding", "symmetric or same", '"' + name + '"');
}

PaddedMap pad_for(const at::Tensor& map, const Window& window, Padding padding, double value) {
  const int64_t half = window.kernel / 2;
  if (padding == Padding::kSymmetric || window.stride == 1) return {.map = map, .rest = half};
  const int64_t height = overhang(map.size(2), window), width = overhang(map.size(3), window);
  if (height == 2 * half && width == 2 * half) return {.map = map, .rest = half};
  const int64_t top = height / 2, left = width / 2;
  return {.map = at::constant_pad_nd(map, {left, width - left, top, height - top}, value), .rest = 0};
}

}  // namespace wsol
