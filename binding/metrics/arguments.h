#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "binding/common/arguments.h"
#include "binding/common/coded_error.h"
#include "native/metrics/max_box_acc.h"
#include "native/metrics/score_maps.h"

namespace wsol::binding {

/// Larger maps would need wider pixel counts than the native side keeps.
inline constexpr int64_t kLongestSide = 1 << 15;
inline constexpr double kSmallestStep = 1e-6;
inline constexpr int64_t kMostThreads = 1024;

inline double read_step(const Fields& options) { return options.number("step", kSmallestStep, 1); }
inline unsigned read_threads(const Fields& options) {
  return static_cast<unsigned>(options.integer("threads", 0, kMostThreads));
}

/// A Float32Array or Float64Array of `length` elements, where it lies.
std::variant<std::span<const float>, std::span<const double>> read_scores(const Napi::Value& value,
                                                                          const std::string& parameter, size_t length,
                                                                          const std::string& meaning);

/// { data, count, height, width }; the scores where they lie: quantise or copy them at once.
ScoreMaps read_score_maps(const Napi::Value& value, const std::string& parameter);

/// { boxes, offsets }, copied.
TrueBoxes read_true_boxes(const Napi::Value& value, const std::string& parameter, size_t count);

}  // namespace wsol::binding
