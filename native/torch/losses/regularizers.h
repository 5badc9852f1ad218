#pragma once

#include <ATen/core/Tensor.h>

#include <span>

namespace wsol {

/// Logarithms of the probability that each class is present and that it is absent, both [N, C].
struct BinaryLogs {
  at::Tensor present;
  at::Tensor absent;
};

/// A row of the table of regularizers.
struct Regularizer {
  const char* name;
  /// The objective of each image [N] from log p [N, C], the cross-entropy of each image [N] and the term's weight.
  at::Tensor (*objective)(const at::Tensor& log_p, const at::Tensor& cross_entropy, double weight);
  /// The same where each class has a probability of its own, cross-entropy and term being means over the classes;
  /// nullptr where the term has no such form.
  at::Tensor (*binary_objective)(const BinaryLogs& logs, const at::Tensor& cross_entropy, double weight);
  /// Whether the weight is scaled by the reduction.
  bool takes_reduction;
  /// Infinity where any weight will do.
  double largest_weight;
  /// Whether the term amounts to a label smoothing of some eps.
  bool has_effective_eps;
};

std::span<const Regularizer> regularizers();

/// H(p) in nats of each image, [N], from log p [N, C].
at::Tensor entropy_of(const at::Tensor& log_p);

}  // namespace wsol
