#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <span>
#include <string>

#include "native/torch/models/forward_context.h"

namespace wsol {

/// Which training method, with the settings of each.
struct MethodSettings {
  /// A row of methods().
  std::string name;
};

/// A batch on the device, as it enters the network.
struct TrainingBatch {
  /// float32 [N, 3, H, W], normalised.
  at::Tensor images;
  /// int64 [N]: the true classes, against which predictions count as correct.
  at::Tensor labels;
  /// What the loss is taken against: `labels`, or distributions over the classes [N, C] in floating point.
  at::Tensor targets;
};

/// A row of the table of training methods: what it changes, nullptr where it leaves things alone. The generator is the
/// method's own (on the CPU), a function of seed and step, so that crops and flips do not change with the method.
struct Method {
  const char* name;
  /// A row of heads().
  const char* head;
  void (*change_batch)(TrainingBatch& batch, const MethodSettings& settings, at::Generator generator);
  /// The hook of one step.
  FeatureHook (*make_hook)(const MethodSettings& settings, at::Generator generator);
};

std::span<const Method> methods();

/// Throws InvalidArgument naming the setting that is wrong.
void validate(const MethodSettings& settings);

}  // namespace wsol
