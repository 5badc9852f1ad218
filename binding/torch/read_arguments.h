#pragma once

#include <cstdint>
#include <vector>

#include "binding/common/napi.h"
#include "native/torch/tensors.h"
#include "native/torch/train/trainer.h"

// JavaScript's arguments as the native side takes them, checked. Each throws CodedError or InvalidArgument.

namespace wsol::binding {

/// Of an image's side or a batch's size: products stay far from overflow, memory runs out long before.
inline constexpr int64_t kMaxExtent = 1 << 20;

/// A batch where JavaScript holds it.
struct Images {
  /// uint8 [N, H, W, 3].
  at::Tensor tensor;
  /// To be kept while the tensor is read.
  Napi::Value array;
};

Images read_images(const Napi::Value& value);

/// int64 of the given shape, a copy; each from 0 to classes - 1.
at::Tensor read_labels(const Napi::Value& value, const char* parameter, std::vector<int64_t> shape, int64_t classes);

/// Labels alone, or { labels, distributions } with a Float32Array of count x classes.
Targets read_targets(const Napi::Value& value, int64_t count, int64_t classes);

/// Tensors where JavaScript holds them.
struct Tensors {
  std::vector<NamedTensor> tensors;
  /// To be kept while the tensors are read.
  std::vector<Napi::Value> arrays;
};

/// Throws TensorMismatch for a tensor that is of an unknown dtype, or whose data does not fit its shape.
Tensors read_tensors(const Napi::Value& value);

}  // namespace wsol::binding
