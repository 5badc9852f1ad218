#include "binding/metrics/max_box_acc.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "binding/common/class_members.h"
#include "binding/common/entry_point.h"
#include "binding/common/promise_worker.h"
#include "binding/common/type_tags.h"
#include "binding/metrics/arguments.h"
#include "binding/metrics/typed_arrays.h"

namespace wsol::binding {

namespace {

std::shared_ptr<MaxBoxAcc> read_metric(const Napi::Value& value) {
  const Fields options(value, "options");
  const std::span<const double> given = read_typed_array<double>(options.get("extraThresholds"), "extraThresholds");
  std::vector<double> extra(given.begin(), given.end());
  if (!std::all_of(extra.begin(), extra.end(), [](double one) { return one >= 0 && one <= 1; })) {
    throw invalid_argument("extraThresholds", "numbers from 0 to 1", "others");
  }
  return std::make_shared<MaxBoxAcc>(read_step(options), std::move(extra), read_threads(options));
}

/// A batch with all that its update reads.
struct Batch {
  std::shared_ptr<const std::byte> memory;
  LevelMaps maps;
  TrueBoxes truth;
  std::optional<std::vector<uint8_t>> correct;
};

std::shared_ptr<const Batch> read_batch(const Napi::CallbackInfo& info, unsigned threads) {
  const ScoreMaps maps = read_score_maps(info[0], "maps");
  const size_t pixels = maps.count * maps.pixels();
  const std::shared_ptr<std::byte> memory = Environment::staging(info.Env()).take(pixels);
  // The levels are wanted anyway, and are less to keep than a copy of the scores.
  const std::span<uint8_t> levels(reinterpret_cast<uint8_t*>(memory.get()), pixels);
  auto batch = std::make_shared<Batch>(
      Batch{.memory = memory, .maps = quantise(maps, levels, threads), .truth = {}, .correct = std::nullopt});
  const Fields targets(info[1], "targets");
  batch->truth = read_true_boxes(targets.get("truth"), "truth", maps.count);
  if (targets.is_absent("correct")) return batch;
  const auto correct = read_typed_array<uint8_t>(targets.get("correct"), "correct", maps.count, "one per image");
  batch->correct.emplace(correct.begin(), correct.end());
  return batch;
}

Napi::Value per_image_object(Napi::Env env, const MaxBoxAccPerImage& facts) {
  Napi::Uint8Array hits = Napi::Uint8Array::New(env, facts.all_hits.size());
  std::copy(facts.all_hits.begin(), facts.all_hits.end(), hits.Data());
  Napi::Object object = Napi::Object::New(env);
  object.Set("largestIou", float64_array(env, facts.largest_iou));
  object.Set("allHits", hits);
  return object;
}

}  // namespace

Napi::Function NativeMaxBoxAcc::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<NativeMaxBoxAcc>>());
  ClassMembers<NativeMaxBoxAcc>(constructor)
      .promise_method<&NativeMaxBoxAcc::update>("update")
      .promise_method<&NativeMaxBoxAcc::update_per_image>("updatePerImage")
      .method<&NativeMaxBoxAcc::counts>("counts")
      .method<&NativeMaxBoxAcc::merge>("merge")
      .method<&NativeMaxBoxAcc::reset>("reset");
  return constructor;
}

NativeMaxBoxAcc::NativeMaxBoxAcc(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeMaxBoxAcc>(info) {
  entry_point(info.Env(), [&] {
    metric_ = read_metric(info[0]);
    tag<NativeMaxBoxAcc>(info);
  });
}

Napi::Value NativeMaxBoxAcc::update(const Napi::CallbackInfo& info) {
  const auto execute = [metric = metric_, batch = read_batch(info, metric_->threads())] {
    metric->update(batch->maps, batch->truth, batch->correct, false);
  };
  return run_on_pool(info.Env(), "wsol:MaxBoxAcc.update", execute, [](Napi::Env env) { return env.Undefined(); });
}

Napi::Value NativeMaxBoxAcc::update_per_image(const Napi::CallbackInfo& info) {
  const auto facts = std::make_shared<std::optional<MaxBoxAccPerImage>>();
  const auto execute = [metric = metric_, batch = read_batch(info, metric_->threads()), facts] {
    *facts = metric->update(batch->maps, batch->truth, batch->correct, true);
  };
  return run_on_pool(info.Env(), "wsol:MaxBoxAcc.updatePerImage", execute,
                     [facts](Napi::Env env) { return per_image_object(env, **facts); });
}

Napi::Value NativeMaxBoxAcc::counts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto [grid, extra, has_predictions] = metric_->counts();
  const auto top1_of = [&env, has = has_predictions](const MaxBoxAccCounts& counts) -> Napi::Value {
    return has ? Napi::Value(float64_array(env, counts.top1)) : env.Null();
  };
  Napi::Object object = Napi::Object::New(env);
  object.Set("images", static_cast<double>(grid.images));
  object.Set("largest", float64_array(env, grid.largest));
  object.Set("all", float64_array(env, grid.all));
  object.Set("top1", top1_of(grid));
  object.Set("extraLargest", float64_array(env, extra.largest));
  object.Set("extraTop1", top1_of(extra));
  return object;
}

Napi::Value NativeMaxBoxAcc::merge(const Napi::CallbackInfo& info) {
  metric_->merge(*read_wrapped<NativeMaxBoxAcc>(info[0], "other").metric_);
  return info.Env().Undefined();
}

Napi::Value NativeMaxBoxAcc::reset(const Napi::CallbackInfo& info) {
  metric_->reset();
  return info.Env().Undefined();
}

}  // namespace wsol::binding
