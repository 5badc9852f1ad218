#include "binding/metrics/functions.h"

#include <optional>
#include <string>
#include <vector>

#include "binding/common/describe.h"
#include "binding/common/entry_point.h"
#include "binding/metrics/arguments.h"
#include "binding/metrics/open_library.h"
#include "binding/metrics/typed_arrays.h"
#include "native/metrics/contours/score_map_boxes.h"
#include "native/metrics/normalisation.h"
#include "native/metrics/quantise.h"
#include "native/metrics/table.h"
#include "native/metrics/threshold_grid.h"

namespace wsol::binding {

namespace {

BoxRule read_box_rule(const Napi::Value& value) {
  const std::string rule = read_string(value, "rule");
  if (rule == "extent") return BoxRule::kExtent;
  if (rule == "largest") return BoxRule::kLargest;
  if (rule == "all") return BoxRule::kAll;
  throw invalid_argument("rule", "\"largest\", \"all\" or \"extent\"", describe(value));
}

/// Memory of threads, and what cannot be detached, is left to the garbage collection.
Napi::Value detach(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!is_typed_array<uint8_t>(info[0])) throw invalid_argument("array", "a Uint8Array", describe(info[0]));
  size_t length = 0, bytes = 0;
  napi_value buffer;
  if (napi_get_typedarray_info(env, info[0], nullptr, &length, nullptr, &buffer, nullptr) != napi_ok) {
    throw Napi::Error::New(env);
  }
  const bool is_whole = napi_get_arraybuffer_info(env, buffer, nullptr, &bytes) == napi_ok && bytes == length;
  if (is_whole) static_cast<void>(napi_detach_arraybuffer(env, buffer));
  return env.Undefined();
}

Napi::Value threshold_grid_of(const Napi::CallbackInfo& info) {
  return float64_array(info.Env(), threshold_grid(read_number(info[0], "step", kSmallestStep, 1)));
}

Napi::Value boxes_from_score_map(const Napi::CallbackInfo& info) {
  const Fields fields(info[0], "map"), options(info[1], "options");
  const auto width = static_cast<int>(fields.integer("width", 1, kLongestSide));
  const auto height = static_cast<int>(fields.integer("height", 1, kLongestSide));
  const double threshold = options.number("threshold", 0, 1);
  const BoxRule rule = read_box_rule(options.get("rule"));
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  std::vector<uint8_t> levels(pixels);
  const ScoreMaps map{.data = read_scores(fields.get("data"), "data", pixels, "height x width"),
                      .count = 1,
                      .height = height,
                      .width = width};
  const auto largest_level = std::visit([&](const auto& data) { return quantise(data, std::span(levels)); }, map.data);
  if (!largest_level) throw InvalidScoreMap(map, 0);
  const std::vector<Box> boxes =
      boxes_at_level(levels, width, height, threshold_level(threshold, *largest_level), rule);
  Napi::Int32Array flat = Napi::Int32Array::New(info.Env(), 4 * boxes.size());
  int32_t* out = flat.Data();
  for (const Box& box : boxes) {
    for (const int32_t corner : {box.x0, box.y0, box.x1, box.y1}) *out++ = corner;
  }
  return flat;
}

Napi::Value normalise_score_map(const Napi::CallbackInfo& info) {
  const std::string normalisation = read_string(info[1], "normalisation");
  const auto copy = [](const auto& scores) { return std::vector<double>(scores.begin(), scores.end()); };
  std::vector<double> map = is_typed_array<float>(info[0]) ? copy(read_typed_array<float>(info[0], "map"))
                                                           : copy(read_typed_array<double>(info[0], "map"));
  const Normalisation* const row = find_by_name(normalisations(), normalisation);
  if (row == nullptr) throw invalid_argument("normalisation", one_of(normalisations()), describe(info[1]));
  normalise(*row, map);
  return float64_array(info.Env(), map);
}

Napi::Value open_library_at(const Napi::CallbackInfo& info) {
  open_library(read_string(info[0], "path"));
  return info.Env().Undefined();
}

/// Wraps `function` so that what it throws reaches JavaScript as a coded error.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  return entry_point(info.Env(), [&] { return function(info); });
}

}  // namespace

void export_functions(Napi::Env env, Napi::Object exports) {
  exports.Set("detach", Napi::Function::New<guarded<detach>>(env, "detach"));
  exports.Set("thresholdGrid", Napi::Function::New<guarded<threshold_grid_of>>(env, "thresholdGrid"));
  exports.Set("boxesFromScoreMap", Napi::Function::New<guarded<boxes_from_score_map>>(env, "boxesFromScoreMap"));
  exports.Set("normaliseScoreMap", Napi::Function::New<guarded<normalise_score_map>>(env, "normaliseScoreMap"));
  exports.Set("openLibrary", Napi::Function::New<guarded<open_library_at>>(env, "openLibrary"));
}

}  // namespace wsol::binding
