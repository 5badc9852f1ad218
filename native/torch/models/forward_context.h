#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "native/torch/kernels/batch_norm/shared_statistics.h"

namespace wsol {

/// Training mode normalises by the batch's statistics and updates the running ones; evaluation mode uses the running
/// ones.
enum class Mode { kTraining, kEvaluation };

inline constexpr int64_t kNumStages = 4;

/// Where in a network's body features have got to.
struct Place {
  /// 1 to kNumStages.
  int64_t stage;
  /// From 0.
  int64_t block;
  int64_t blocks_of_stage;

  bool ends_stage() const { return block == blocks_of_stage - 1; }
};

/// Gets the features [N, D, h, w] of a place; what it returns goes on.
using FeatureHook = std::function<at::Tensor(const at::Tensor& features, const Place& place)>;

/// How one forward pass is made.
struct ForwardContext {
  Mode mode;
  /// Called after each block; after the very last one once the features passed the final norm and its ReLU, where the
  /// backbone has them.
  FeatureHook hook = {};
  /// int64 [N] on the network's device: true classes, for heads that look at them in training.
  at::Tensor labels = {};
  /// Null, or whose batches norms see as one with this one in training.
  c10::intrusive_ptr<SharedStatistics> shared_statistics = {};
};

}  // namespace wsol
