#pragma once

#include <string>

namespace wsol {

/// How processes train together.
struct DistributedSettings {
  /// Of distributed_backends(): by what they exchange what lies on GPUs.
  std::string backend = "gloo";
  /// Whether norms see the batches of all processes as one.
  bool sync_batch_norm = false;
};

}  // namespace wsol
