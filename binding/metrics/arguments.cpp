#include "binding/metrics/arguments.h"

#include <algorithm>

namespace wsol::binding {

std::variant<std::span<const float>, std::span<const double>> read_scores(const Napi::Value& value,
                                                                          const std::string& parameter, size_t length,
                                                                          const std::string& meaning) {
  if (is_typed_array<float>(value)) return read_typed_array<float>(value, parameter, length, meaning);
  return read_typed_array<double>(value, parameter, length, meaning);
}

ScoreMaps read_score_maps(const Napi::Value& value, const std::string& parameter) {
  const Fields fields(value, parameter);
  const auto count = static_cast<size_t>(fields.integer("count", 0, kMaxSafeInteger / (kLongestSide * kLongestSide)));
  const auto height = static_cast<int>(fields.integer("height", 1, kLongestSide));
  const auto width = static_cast<int>(fields.integer("width", 1, kLongestSide));
  const size_t length = count * static_cast<size_t>(height) * static_cast<size_t>(width);
  const auto scores = read_scores(fields.get("data"), "data", length, "count x height x width");
  return {.data = scores, .count = count, .height = height, .width = width};
}

TrueBoxes read_true_boxes(const Napi::Value& value, const std::string& parameter, size_t count) {
  const Fields fields(value, parameter);
  const std::span<const int32_t> given =
      read_typed_array<int32_t>(fields.get("offsets"), "offsets", count + 1, "count + 1");
  TrueBoxes truth{.boxes = {}, .offsets = {given.begin(), given.end()}};
  const std::vector<int32_t>& offsets = truth.offsets;
  if (offsets[0] != 0 || !std::is_sorted(offsets.begin(), offsets.end())) {
    throw invalid_argument("offsets", "ascending numbers from 0 on", "others");
  }
  const auto total = static_cast<size_t>(offsets[count]);
  const std::span<const int32_t> corners =
      read_typed_array<int32_t>(fields.get("boxes"), "boxes", 4 * total, "total x 4");
  truth.boxes.reserve(total);
  for (size_t box = 0; box < total; ++box) {
    const int32_t* at = corners.data() + 4 * box;
    truth.boxes.push_back({.x0 = at[0], .y0 = at[1], .x1 = at[2], .y1 = at[3]});
  }
  return truth;
}

}  // namespace wsol::binding
