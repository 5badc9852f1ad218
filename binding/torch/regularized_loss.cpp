#include "native/torch/losses/regularized_loss.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>

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

/// How many rows the targets are for: one class each, or class lists.
int64_t rows_of_targets(const Napi::Value& value) {
  const bool are_lists = is_plain_object(value);
  const auto data = read_typed_array<int32_t>(are_lists ? Fields(value, "targets").get("offsets") : value, "targets");
  const int64_t rows = static_cast<int64_t>(data.size()) - (are_lists ? 1 : 0);
  if (rows < 1) throw invalid_argument("targets", "classes for each row, at least one", "none");
  return rows;
}

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
    const Napi::Value rows_targets = batch.get("targets");
    const int64_t rows = rows_of_targets(rows_targets);
    if (classes > kMaxSafeInteger / rows) throw invalid_argument("classes", "as many as logits has columns", "more");
    const LossSettings settings = read_loss_settings(info[1], "options");
    const auto length = static_cast<size_t>(rows * classes);
    at::Tensor logits = at::empty({rows, classes}, at::kDouble);
    const auto data = read_typed_array<double>(batch.get("logits"), "logits", length, "rows x classes");
    std::copy(data.begin(), data.end(), logits.mutable_data_ptr<double>());
    const at::Tensor targets = read_loss_targets(rows_targets, rows, classes, settings);
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
