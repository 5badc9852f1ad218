#include "binding/metrics/pixel_ap.h"

#include <span>

#include "binding/common/entry_point.h"
#include "binding/common/promise_worker.h"
#include "binding/common/type_tags.h"
#include "binding/metrics/arguments.h"
#include "binding/metrics/typed_arrays.h"

namespace wsol::binding {

Napi::Function NativePixelAp::define(Napi::Env env) {
  return DefineClass(
      env, kName,
      {InstanceMethod<&NativePixelAp::update>("update"), InstanceMethod<&NativePixelAp::counts>("counts"),
       InstanceMethod<&NativePixelAp::merge>("merge"), InstanceMethod<&NativePixelAp::reset>("reset")});
}

NativePixelAp::NativePixelAp(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativePixelAp>(info) {
  entry_point(info.Env(), [&] {
    const Fields options(info[0], "options");
    metric_ = std::make_shared<PixelAp>(read_step(options), read_threads(options));
    tag<NativePixelAp>(info);
  });
}

Napi::Value NativePixelAp::update(const Napi::CallbackInfo& info) {
  return promise_entry_point(info.Env(), [&] {
    const auto [maps, data] = read_score_maps(info[0], "maps");
    const std::span<const uint8_t> masks =
        read_typed_array<uint8_t>(info[1], "masks", maps.count * maps.pixels(), "count x height x width");
    return run_on_pool(
        info.Env(), "wsol:PixelAp.update", {data, info[1]},
        [metric = metric_, maps = maps, masks] { metric->update(maps, masks); },
        [](Napi::Env env) { return env.Undefined(); });
  });
}

Napi::Value NativePixelAp::counts(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&]() -> Napi::Value {
    const PixelApCounts counts = metric_->counts();
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("foreground", float64_array(info.Env(), counts.foreground));
    object.Set("background", float64_array(info.Env(), counts.background));
    return object;
  });
}

Napi::Value NativePixelAp::merge(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&] {
    metric_->merge(*read_wrapped<NativePixelAp>(info[0], "other").metric_);
    return info.Env().Undefined();
  });
}

Napi::Value NativePixelAp::reset(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&] {
    metric_->reset();
    return info.Env().Undefined();
  });
}

}  // namespace wsol::binding
