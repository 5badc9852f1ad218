#include "native/torch/losses/regularizers.h"

#include <ATen/TensorOperators.h>

#include <cmath>

namespace wsol {

namespace {

double log_classes(const at::Tensor& log_p) { return std::log(static_cast<double>(log_p.size(1))); }

/// KL(u || p) = -log C - mean_k log p_k.
at::Tensor kl_from_uniform(const at::Tensor& log_p) { return -log_p.mean(1) - log_classes(log_p); }

/// KL(p || u) = log C - H(p).
at::Tensor kl_to_uniform(const at::Tensor& log_p) { return log_classes(log_p) - entropy_of(log_p); }

at::Tensor none(const at::Tensor&, const at::Tensor& cross_entropy, double) { return cross_entropy; }

at::Tensor entropy(const at::Tensor& log_p, const at::Tensor& cross_entropy, double weight) {
  return cross_entropy + weight * kl_from_uniform(log_p);
}

at::Tensor label_smoothing(const at::Tensor& log_p, const at::Tensor& cross_entropy, double eps) {
  return (1 - eps) * cross_entropy - eps * log_p.mean(1);
}

at::Tensor confidence_penalty(const at::Tensor& log_p, const at::Tensor& cross_entropy, double weight) {
  return cross_entropy - weight * entropy_of(log_p);
}

at::Tensor jeffreys(const at::Tensor& log_p, const at::Tensor& cross_entropy, double weight) {
  return cross_entropy + weight * (kl_from_uniform(log_p) + kl_to_uniform(log_p));
}

at::Tensor jensen_shannon(const at::Tensor& log_p, const at::Tensor& cross_entropy, double weight) {
  const at::Tensor p = log_p.exp();
  const double u = 1.0 / static_cast<double>(log_p.size(1));
  // m is at least u / 2, so its logarithm is finite whatever p.
  const at::Tensor log_m = ((p + u) * 0.5).log();
  const at::Tensor p_to_m = (p * (log_p - log_m)).sum(1);
  const at::Tensor u_to_m = -log_m.mean(1) - log_classes(log_p);
  return cross_entropy + weight * 0.5 * (p_to_m + u_to_m);
}

at::Tensor binary_none(const BinaryLogs&, const at::Tensor& cross_entropy, double) { return cross_entropy; }

/// The mean over the classes of KL(1/2 || p) = -log 2 - (log p + log(1 - p)) / 2.
at::Tensor binary_entropy(const BinaryLogs& logs, const at::Tensor& cross_entropy, double weight) {
  const at::Tensor kl_from_half = -(logs.present + logs.absent).mean(1) * 0.5 - std::log(2.0);
  return cross_entropy + weight * kl_from_half;
}

/// Targets (1 - eps) t + eps / 2.
at::Tensor binary_label_smoothing(const BinaryLogs& logs, const at::Tensor& cross_entropy, double eps) {
  return (1 - eps) * cross_entropy - eps * 0.5 * (logs.present + logs.absent).mean(1);
}

// name, objective, binary objective, whether it takes the reduction, largest weight, whether it has an effective eps
constexpr Regularizer kRegularizers[] = {
    {"none", none, binary_none, true, HUGE_VAL, false},
    {"entropy", entropy, binary_entropy, true, HUGE_VAL, true},
    {"label-smoothing", label_smoothing, binary_label_smoothing, false, 1, false},
    {"confidence-penalty", confidence_penalty, nullptr, true, HUGE_VAL, false},
    {"jeffreys", jeffreys, nullptr, true, HUGE_VAL, false},
    {"jensen-shannon", jensen_shannon, nullptr, true, HUGE_VAL, false},
};

}  // namespace

std::span<const Regularizer> regularizers() { return kRegularizers; }

at::Tensor entropy_of(const at::Tensor& log_p) { return -(log_p.exp() * log_p).sum(1); }

}  // namespace wsol
