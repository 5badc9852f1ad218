#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace wsol {

/// How strided windows are padded: by half the kernel on every side, or as TensorFlow's `SAME`, which pads no more than
/// the windows reach, and the odd pixel at the bottom and on the right. At stride 1 both are the same.
enum class Padding { kSymmetric, kSame };

/// `symmetric` or `same`; throws InvalidArgument for anything else.
Padding parse_padding(const std::string& name);

/// A square window that slides over a map. The kernel is odd.
struct Window {
  int64_t kernel;
  int64_t stride;
};

struct PaddedMap {
  at::Tensor map;
  /// What is still to be padded on every side, by the operator itself.
  int64_t rest;
};

/// Pads a map [N, D, H, W] with `value` where the operator that slides the window cannot.
PaddedMap pad_for(const at::Tensor& map, const Window& window, Padding padding, double value);

}  // namespace wsol
