#pragma once

#include <cstdint>
#include <vector>

#include "binding/common/napi.h"
#include "binding/torch/image_staging.h"
#include "native/torch/tensors.h"
#include "native/torch/train/trainer.h"

// JavaScript's arguments as the native side takes them, checked. Each throws CodedError or InvalidArgument.

namespace wsol::binding {

/// Of an image's side or a batch's size: products stay far from overflow, memory runs out long before.
inline constexpr int64_t kMaxExtent = 1 << 20;

/// uint8 [N, H, W, 3], a copy.
at::Tensor read_images(const Napi::Value& value, ImageStaging& staging);

/// int64 of the given shape, a copy; each from 0 to classes - 1.
at::Tensor read_labels(const Napi::Value& value, const char* parameter, std::vector<int64_t> shape, int64_t classes);

/// Labels alone, { labels, distributions } with a Float32Array of count x classes, or class lists { values, offsets }.
Targets read_targets(const Napi::Value& value, int64_t count, int64_t classes);

/// Copies. Throws TensorMismatch for a tensor that is of an unknown dtype, or whose data does not fit its shape.
std::vector<NamedTensor> read_tensors(const Napi::Value& value);

}  // namespace wsol::binding
