#include "binding/torch/image_staging.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>

namespace wsol::binding {

ImageStaging::ImageStaging(const std::string& device) : wants_pinned_(device.starts_with("cuda")) {}

at::Tensor ImageStaging::copy(std::span<const uint8_t> data, at::IntArrayRef sizes) {
  at::Tensor images = empty(sizes, data.size());
  std::copy(data.begin(), data.end(), images.mutable_data_ptr<uint8_t>());
  return images;
}

at::Tensor ImageStaging::empty(at::IntArrayRef sizes, size_t bytes) {
  if (wants_pinned_) {
    try {
      // LibTorch keeps a cache of its own of these, which knows what a stream still reads.
      return at::empty(sizes, at::TensorOptions(at::kByte).pinned_memory(true));
    } catch (const c10::Error&) {
      // A LibTorch without CUDA, or a machine without a device: the network tells that better.
      wants_pinned_ = false;
    }
  }
  const std::shared_ptr<std::byte> memory = pool_->take(bytes);
  return at::from_blob(memory.get(), sizes, [memory](void*) {}, at::kByte);
}

}  // namespace wsol::binding
