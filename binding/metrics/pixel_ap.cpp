#include "binding/metrics/pixel_ap.h"

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

/// A batch with all that its update reads.
struct Batch {
  std::shared_ptr<const std::byte> memory;
  ScoreMaps maps;
  Staged<uint8_t> masks;
};

Batch read_batch(const Napi::CallbackInfo& info) {
  StagingPool& staging = Environment::staging(info.Env());
  ScoreMaps maps = read_score_maps(info[0], "maps");
  const auto copy = [&](auto scores) {
    const auto [memory, elements] = staging.copy(scores);
    maps.data = elements;
    return memory;
  };
  const std::shared_ptr<const std::byte> memory = std::visit(copy, maps.data);
  const size_t pixels = maps.count * maps.pixels();
  const auto masks = read_typed_array<uint8_t>(info[1], "masks", pixels, "count x height x width");
  return {.memory = memory, .maps = maps, .masks = staging.copy(masks)};
}

}  // namespace

Napi::Function NativePixelAp::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<NativePixelAp>>());
  ClassMembers<NativePixelAp>(constructor)
      .promise_method<&NativePixelAp::update>("update")
      .promise_method<&NativePixelAp::update_per_image>("updatePerImage")
      .method<&NativePixelAp::counts>("counts")
      .method<&NativePixelAp::merge>("merge")
      .method<&NativePixelAp::reset>("reset");
  return constructor;
}

NativePixelAp::NativePixelAp(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativePixelAp>(info) {
  entry_point(info.Env(), [&] {
    const Fields options(info[0], "options");
    metric_ = std::make_shared<PixelAp>(read_step(options), read_threads(options));
    tag<NativePixelAp>(info);
  });
}

Napi::Value NativePixelAp::update(const Napi::CallbackInfo& info) {
  const auto execute = [metric = metric_, batch = read_batch(info)] {
    metric->update(batch.maps, batch.masks.elements, false);
  };
  return run_on_pool(info.Env(), "wsol:PixelAp.update", execute, [](Napi::Env env) { return env.Undefined(); });
}

Napi::Value NativePixelAp::update_per_image(const Napi::CallbackInfo& info) {
  const auto histograms = std::make_shared<std::optional<std::vector<int32_t>>>();
  const auto execute = [metric = metric_, batch = read_batch(info), histograms] {
    *histograms = metric->update(batch.maps, batch.masks.elements, true);
  };
  return run_on_pool(info.Env(), "wsol:PixelAp.updatePerImage", execute,
                     [histograms](Napi::Env env) { return int32_array(env, **histograms); });
}

Napi::Value NativePixelAp::counts(const Napi::CallbackInfo& info) {
  const PixelApCounts counts = metric_->counts();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("foreground", float64_array(info.Env(), counts.foreground));
  object.Set("background", float64_array(info.Env(), counts.background));
  return object;
}

Napi::Value NativePixelAp::merge(const Napi::CallbackInfo& info) {
  metric_->merge(*read_wrapped<NativePixelAp>(info[0], "other").metric_);
  return info.Env().Undefined();
}

Napi::Value NativePixelAp::reset(const Napi::CallbackInfo& info) {
  metric_->reset();
  return info.Env().Undefined();
}

}  // namespace wsol::binding
