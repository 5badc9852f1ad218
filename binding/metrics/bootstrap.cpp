#include "binding/metrics/bootstrap.h"

#include <functional>
#include <vector>

#include "binding/common/class_members.h"
#include "binding/common/entry_point.h"
#include "binding/common/promise_worker.h"
#include "binding/common/type_tags.h"
#include "binding/metrics/arguments.h"
#include "binding/metrics/image_facts.h"
#include "binding/metrics/typed_arrays.h"

namespace wsol::binding {

namespace {

/// More than data sets have; each image's draw fits 32 bits.
constexpr int64_t kMostImages = 1 << 30;
/// In one call: the longest list of results that is asked for at once.
constexpr int64_t kMostResamples = 1 << 16;

std::shared_ptr<const Bootstrap> read_bootstrap(const Napi::Value& value) {
  const Fields options(value, "options");
  const auto images = static_cast<size_t>(options.integer("images", 1, kMostImages));
  const auto seed = static_cast<uint64_t>(options.integer("seed", 0, kMaxSafeInteger));
  const unsigned threads = read_threads(options);
  return std::make_shared<Bootstrap>(images, seed, threads, read_runs(options.get("runs"), images));
}

struct Range {
  uint64_t first;
  size_t count;
};

Range read_range(const Napi::CallbackInfo& info) {
  return {.first = static_cast<uint64_t>(read_integer(info[0], "first", 0, kMaxSafeInteger)),
          .count = static_cast<size_t>(read_integer(info[1], "count", 0, kMostResamples))};
}

Napi::Value numbers_from_pool(Napi::Env env, const char* name, const std::function<std::vector<double>()>& compute) {
  const auto numbers = std::make_shared<std::vector<double>>();
  return run_on_pool(
      env, name, [numbers, compute] { *numbers = compute(); },
      [numbers](Napi::Env env) { return float64_array(env, *numbers); });
}

}  // namespace

Napi::Function NativeBootstrap::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<NativeBootstrap>>());
  ClassMembers<NativeBootstrap>(constructor)
      .promise_method<&NativeBootstrap::resample>("resample")
      .promise_method<&NativeBootstrap::resample_pixels>("resamplePixels")
      .promise_method<&NativeBootstrap::observed>("observed");
  return constructor;
}

NativeBootstrap::NativeBootstrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeBootstrap>(info) {
  entry_point(info.Env(), [&] {
    bootstrap_ = read_bootstrap(info[0]);
    tag<NativeBootstrap>(info);
  });
}

Napi::Value NativeBootstrap::resample(const Napi::CallbackInfo& info) {
  return numbers_from_pool(info.Env(), "wsol:Bootstrap.resample", [bootstrap = bootstrap_, range = read_range(info)] {
    return bootstrap->resample(range.first, range.count);
  });
}

Napi::Value NativeBootstrap::resample_pixels(const Napi::CallbackInfo& info) {
  return numbers_from_pool(info.Env(), "wsol:Bootstrap.resamplePixels",
                           [bootstrap = bootstrap_, range = read_range(info)] {
                             return bootstrap->resample_pixels(range.first, range.count);
                           });
}

Napi::Value NativeBootstrap::observed(const Napi::CallbackInfo& info) {
  return numbers_from_pool(info.Env(), "wsol:Bootstrap.observed",
                           [bootstrap = bootstrap_] { return bootstrap->observed(); });
}

}  // namespace wsol::binding
