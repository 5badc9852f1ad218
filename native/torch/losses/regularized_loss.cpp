#include "native/torch/losses/regularized_loss.h"

#include <ATen/TensorOperators.h>

#include <cmath>
#include <span>

#include "native/torch/at_least_float.h"
#include "native/torch/find_row.h"
#include "native/torch/losses/multi_label.h"
#include "native/torch/losses/regularizers.h"

namespace wsol {

namespace {

const Regularizer& find_regularizer(const LossSettings& settings) {
  return find_row(regularizers(), settings.regularizer, "regularizer");
}

const MultiLabel& find_multi_label(const LossSettings& settings) {
  return find_row(multi_labels(), settings.multi_label, "multiLabel");
}

void check_pair(const MultiLabel& multi_label, const Regularizer& regularizer) {
  if (multi_label.takes(regularizer)) return;
  std::string known;
  for (const Regularizer& row : regularizers()) {
    if (multi_label.takes(row)) known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  throw InvalidArgument("regularizer", std::string("one of ") + known + " with multiLabel '" + multi_label.name + "'",
                        std::string("\"") + regularizer.name + '"');
}

/// What the mean over classes and batch is multiplied by, k, of each reduction.
struct Reduction {
  const char* name;
  int64_t (*factor)(int64_t classes, int64_t batch);
};

constexpr Reduction kReductions[] = {
    {.name = "mean", .factor = [](int64_t, int64_t) -> int64_t { return 1; }},
    {.name = "class-sum", .factor = [](int64_t classes, int64_t) { return classes; }},
    {.name = "sum", .factor = [](int64_t classes, int64_t batch) { return classes * batch; }},
};

double reduction_factor(const LossSettings& settings, int64_t classes, int64_t batch) {
  const auto& reduction = find_row(std::span<const Reduction>(kReductions), settings.reduction, "reduction");
  return static_cast<double>(reduction.factor(classes, batch));
}

void check_shapes(const at::Tensor& logits, const at::Tensor& targets) {
  if (logits.dim() != 2 || logits.size(0) == 0 || logits.size(1) < 2) {
    throw InvalidArgument("logits", "images x classes, at least 1 x 2", c10::str(logits.sizes()));
  }
  const bool classes = targets.scalar_type() == at::kLong && targets.dim() == 1 && targets.size(0) == logits.size(0);
  const bool distributions = targets.is_floating_point() && targets.sizes() == logits.sizes();
  if (!classes && !distributions) {
    throw InvalidArgument("targets", "a class, or a number for each class, for each of the images",
                          c10::str(targets.scalar_type(), " ", targets.sizes()));
  }
}

}  // namespace

std::vector<std::string> reduction_names() { return names_of(std::span<const Reduction>(kReductions)); }

void validate(const LossSettings& settings) {
  const double largest = find_regularizer(settings).largest_weight;
  if (!std::isfinite(settings.lambda) || settings.lambda < 0 || settings.lambda > largest) {
    throw InvalidArgument(
        "lambda", std::isfinite(largest) ? c10::str("a number from 0 to ", largest) : "a finite number, 0 or more",
        c10::str(settings.lambda));
  }
  reduction_factor(settings, 1, 1);
  check_pair(find_multi_label(settings), find_regularizer(settings));
}

LossValue regularized_loss(const at::Tensor& logits, const at::Tensor& targets, const LossSettings& settings,
                           const Share& share) {
  validate(settings);
  check_shapes(logits, targets);
  const Regularizer& regularizer = find_regularizer(settings);
  const int64_t batch = global_count(logits.size(0), share);
  const double factor = regularizer.takes_reduction ? reduction_factor(settings, logits.size(1), batch) : 1;
  const at::Tensor wide = logits.to(at_least_float(logits.scalar_type()));
  const ImageLosses losses = find_multi_label(settings).losses(wide, targets, regularizer, settings.lambda * factor);
  return {
      .total = losses.objective.mean(), .cross_entropy = losses.cross_entropy.mean(), .entropy = losses.entropy.mean()};
}

at::Tensor targets_of_present(const at::Tensor& present, const LossSettings& settings, at::ScalarType dtype) {
  return find_multi_label(settings).targets(present, dtype);
}

void validate_labels(const at::Tensor& labels, int64_t classes) {
  const at::Tensor dense = labels.contiguous();
  const int64_t* values = dense.const_data_ptr<int64_t>();
  for (int64_t index = 0; index < dense.numel(); ++index) {
    if (values[index] < 0 || values[index] >= classes) {
      throw InvalidArgument("labels", "classes from 0 to " + std::to_string(classes - 1),
                            std::to_string(values[index]) + " at index " + std::to_string(index));
    }
  }
}

void validate_distributions(const at::Tensor& distributions, int64_t images, int64_t classes) {
  const char* const parameter = "distributions";
  if (!distributions.is_floating_point() || distributions.sizes() != at::IntArrayRef({images, classes})) {
    throw InvalidArgument(parameter, c10::str("images x classes numbers, ", images, " x ", classes),
                          c10::str(distributions.scalar_type(), " ", distributions.sizes()));
  }
  const at::Tensor rows = distributions.detach().to(at::kDouble);
  const double rounding = 1e-3;
  // Written so that NaN fails too.
  const bool is_one = (rows.sum(1) - 1).abs().le(rounding).all().item<bool>();
  if (is_one && rows.ge(0).all().item<bool>()) return;
  throw InvalidArgument(parameter, "rows that are at least 0 and sum to 1", "others");
}

std::optional<double> effective_eps(const LossSettings& settings, int64_t classes, int64_t batch) {
  if (!find_regularizer(settings).has_effective_eps) return std::nullopt;
  const double weight = settings.lambda * reduction_factor(settings, classes, batch);
  return weight / (1 + weight);
}

}  // namespace wsol
