#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "binding/common/staging_pool.h"

namespace wsol::binding {

/// Copies a session's batches at the call, into memory that is reused; for a CUDA device into pinned memory, from which
/// a copy to the device does not hold up its stream. JavaScript thread.
class ImageStaging {
 public:
  explicit ImageStaging(const std::string& device);

  /// uint8 of the given sizes.
  at::Tensor copy(std::span<const uint8_t> data, at::IntArrayRef sizes);

 private:
  at::Tensor empty(at::IntArrayRef sizes, size_t bytes);

  bool wants_pinned_;
  const std::shared_ptr<StagingPool> pool_ = StagingPool::create();
};

}  // namespace wsol::binding
