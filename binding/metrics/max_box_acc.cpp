#include "binding/metrics/max_box_acc.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "binding/common/entry_point.h"
#include "binding/common/promise_worker.h"
#include "binding/common/type_tags.h"
#include "binding/metrics/arguments.h"
#include "binding/metrics/typed_arrays.h"

namespace wsol::binding {

namespace {

std::shared_ptr<MaxBoxAcc> read_metric(const Napi::Value& value) {
  const Fields options(value, "options");
  const std::span<const double> extra = read_typed_array<double>(options.get("extraThresholds"), "extraThresholds");
  if (!std::all_of(extra.begin(), extra.end(), [](double one) { return one >= 0 && one <= 1; })) {
    throw invalid_argument("extraThresholds", "numbers from 0 to 1", "others");
  }
  return std::make_shared<MaxBoxAcc>(read_step(options), std::vector(extra.begin(), extra.end()),
                                     read_threads(options));
}

Napi::Value per_image_object(Napi::Env env, const std::optional<MaxBoxAccPerImage>& facts) {
  if (!facts) return env.Null();
  Napi::Uint8Array hits = Napi::Uint8Array::New(env, facts->all_hits.size());
  std::copy(facts->all_hits.begin(), facts->all_hits.end(), hits.Data());
  Napi::Object object = Napi::Object::New(env);
  object.Set("largestIou", float64_array(env, facts->largest_iou));
  object.Set("allHits", hits);
  return object;
}

}  // namespace

Napi::Function NativeMaxBoxAcc::define(Napi::Env env) {
  return DefineClass(
      env, kName,
      {InstanceMethod<&NativeMaxBoxAcc::update>("update"), InstanceMethod<&NativeMaxBoxAcc::counts>("counts"),
       InstanceMethod<&NativeMaxBoxAcc::merge>("merge"), InstanceMethod<&NativeMaxBoxAcc::reset>("reset")});
}

NativeMaxBoxAcc::NativeMaxBoxAcc(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeMaxBoxAcc>(info) {
  entry_point(info.Env(), [&] {
    metric_ = read_metric(info[0]);
    tag<NativeMaxBoxAcc>(info);
  });
}

Napi::Value NativeMaxBoxAcc::update(const Napi::CallbackInfo& info) {
  return promise_entry_point(info.Env(), [&] {
    const auto [maps, data] = read_score_maps(info[0], "maps");
    auto truth = std::make_shared<TrueBoxes>(read_true_boxes(info[1], "truth", maps.count));
    const bool has_predictions = !info[2].IsNull() && !info[2].IsUndefined();
    std::vector<uint8_t> correct;
    if (has_predictions) {
      const std::span<const uint8_t> given = read_typed_array<uint8_t>(info[2], "correct", maps.count, "one per image");
      correct.assign(given.begin(), given.end());
    }
    const bool per_image = read_boolean(info[3], "perImage");
    if (maps.count > 0) decide_predictions(has_predictions ? Predictions::kGiven : Predictions::kNone, "correct");
    auto facts = std::make_shared<std::optional<MaxBoxAccPerImage>>();
    return run_on_pool(
        info.Env(), "wsol:MaxBoxAcc.update", {data},
        [metric = metric_, maps = maps, truth, correct = std::move(correct), per_image, facts] {
          *facts = metric->update(maps, *truth, correct, per_image);
        },
        [facts](Napi::Env env) { return per_image_object(env, *facts); });
  });
}

Napi::Value NativeMaxBoxAcc::counts(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&]() -> Napi::Value {
    const Napi::Env env = info.Env();
    const auto [grid, extra] = metric_->counts();
    const bool has_predictions = predictions_ == Predictions::kGiven;
    const auto top1_of = [&](const MaxBoxAccCounts& counts) -> Napi::Value {
      return has_predictions ? Napi::Value(float64_array(env, counts.top1)) : env.Null();
    };
    Napi::Object object = Napi::Object::New(env);
    object.Set("images", static_cast<double>(grid.images));
    object.Set("largest", float64_array(env, grid.largest));
    object.Set("all", float64_array(env, grid.all));
    object.Set("top1", top1_of(grid));
    object.Set("extraLargest", float64_array(env, extra.largest));
    object.Set("extraTop1", top1_of(extra));
    return object;
  });
}

Napi::Value NativeMaxBoxAcc::merge(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&] {
    const NativeMaxBoxAcc& other = read_wrapped<NativeMaxBoxAcc>(info[0], "other");
    if (other.predictions_ != Predictions::kUndecided) decide_predictions(other.predictions_, "other");
    metric_->merge(*other.metric_);
    return info.Env().Undefined();
  });
}

Napi::Value NativeMaxBoxAcc::reset(const Napi::CallbackInfo& info) {
  metric_->reset();
  predictions_ = Predictions::kUndecided;
  return info.Env().Undefined();
}

void NativeMaxBoxAcc::decide_predictions(Predictions predictions, const char* parameter) {
  if (predictions_ != Predictions::kUndecided && predictions_ != predictions) {
    const bool had = predictions_ == Predictions::kGiven;
    throw invalid_argument(parameter, had ? "predictions, as before" : "no predictions, as before",
                           had ? "none" : "some");
  }
  predictions_ = predictions;
}

}  // namespace wsol::binding
