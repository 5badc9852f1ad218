#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "native/torch/methods/method_settings.h"
#include "native/torch/models/forward_context.h"
#include "native/torch/models/network_spec.h"

namespace wsol {

/// A batch on the device, as it enters the network.
struct TrainingBatch {
  /// float32 [N, 3, H, W], normalised.
  at::Tensor images;
  /// int64 [N]: the true classes, against which predictions count as correct.
  at::Tensor labels;
  /// What the loss is taken against: `labels`, or distributions over the classes [N, C] in floating point.
  at::Tensor targets;
  /// C.
  int64_t num_classes;
};

/// A row of the table of training methods: what it changes, nullptr where it leaves things alone. The generator is the
/// method's own (on the CPU), a function of seed and step, so that crops and flips do not change with the method.
struct Method {
  const char* name;
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
