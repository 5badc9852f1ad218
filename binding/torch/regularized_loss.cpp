#include "native/torch/losses/regularized_loss.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <string>

#include "binding/common/arguments.h"
#include "binding/common/entry_point.h"
#include "binding/torch/functions.h"
#include "binding/torch/make_results.h"
#include "binding/torch/read_arguments.h"
#include "binding/torch/read_class_lists.h"
#include "binding/torch/read_options.h"
#include "native/torch/device.h"

namespace wsol::binding {

namespace {

/// float64 [rows, classes], a copy.
at::Tensor read_logits(const Napi::Value& value, int64_t classes) {
  const auto data = read_typed_array<double>(value, "logits");
  const auto rows = static_cast<int64_t>(data.size()) / classes;
  if (rows == 0 || rows * classes != static_cast<int64_t>(data.size())) {
    throw invalid_argument("logits", "rows of " + std::to_string(classes) + " numbers, at least one",
                           std::to_string(data.size()) + " numbers");
  }
  at::Tensor logits = at::empty({rows, classes}, at::kDouble);
  std::copy(data.begin(), data.end(), logits.mutable_data_ptr<double>());
  return logits;
}

/// One class for each row, or class lists.
at::Tensor read_loss_targets(const Napi::Value& value, int64_t rows, int64_t classes, const LossSettings& settings) {
  if (!is_plain_object(value)) return read_labels(value, "targets", {rows}, classes);
  const at::Tensor present = read_class_lists(value, "targets", rows, classes).present(classes);
  return targets_of_present(present, settings, at::kDouble);
}

}  // namespace

Napi::Value regularized_loss(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return entry_point(env, [&]() -> Napi::Value {
    const Fields batch(info[0], "batch");
    const int64_t classes = batch.integer("classes", 2, kMaxSafeInteger);
    const LossSettings settings = read_loss_settings(info[1], "options");
    const at::Tensor logits = read_logits(batch.get("logits"), classes);
    const int64_t rows = logits.size(0);
    const at::Tensor targets = read_loss_targets(batch.get("targets"), rows, classes, settings);
    logits.requires_grad_();

    const SerialRegion serial;
    const at::AutoGradMode with_gradients(true);
    const LossValue loss = wsol::regularized_loss(logits, targets, settings);
    loss.total.backward();

    Napi::Object result = Napi::Object::New(env);
    result.Set("loss", loss.total.item<double>());
    result.Set("crossEntropy", loss.cross_entropy.item<double>());
    result.Set("entropy", loss.entropy.item<double>());
    result.Set("effectiveEps", make_number_or_null(env, effective_eps(settings, classes, rows)));
    result.Set("gradient", make_typed_array(env, logits.grad().contiguous()));
    return result;
  });
}

}  // namespace wsol::binding
