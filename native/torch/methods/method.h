#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "native/torch/methods/method_settings.h"
#include "native/torch/models/forward_context.h"
#include "native/torch/models/network_spec.h"
#include "native/torch/share.h"

namespace wsol {

/// A batch on the device, as it enters the network.
struct TrainingBatch {
  /// float32 [N, 3, H, W], normalised.
  at::Tensor images;
  /// int64 [N]: the true classes, against which predictions count as correct; undefined where images have several.
  at::Tensor labels;
  /// bool [N, C]: the classes of images that have several; else undefined.
  at::Tensor present;
  /// What the loss is taken against: `labels`, or a number for each class, [N, C], in floating point.
  at::Tensor targets;
  /// C.
  int64_t num_classes;
  /// Which images of the global batch these are.
  Share share;
};

/// Who draws what in a step that several processes share.
enum class DrawsBy {
  /// Each process for itself.
  kRank,
  /// All alike, one row for each image of the global batch; rows_of() takes those of the process.
  kPosition,
};

/// A row of the table of training methods: what it changes, nullptr where it leaves things alone. The generator is the
/// method's own (on the CPU), a function of seed, step and `draws_by`, so that crops and flips do not change with the
/// method.
struct Method {
  const char* name;
  DrawsBy draws_by;
  /// Another head than the linear one.
  HeadSettings (*choose_head)(const MethodSettings& settings);
  void (*change_batch)(TrainingBatch& batch, const MethodSettings& settings, at::Generator generator);
  /// The hook of one step.
  FeatureHook (*make_hook)(const MethodSettings& settings, at::Generator generator);
};

std::span<const Method> methods();

/// The head that a network is built with for a method. Throws InvalidArgument for a method that does not exist.
HeadSettings head_for(const MethodSettings& settings);

}  // namespace wsol
