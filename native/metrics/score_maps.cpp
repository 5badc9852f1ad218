#include "native/metrics/score_maps.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <type_traits>

namespace wsol {

namespace {

/// The shortest decimal that reads back as the same number.
template <typename Number>
std::string number_text(Number number) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(number)) return "NaN";
  }
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), number).ptr);
}

template <typename Values, typename IsValid>
std::string first_invalid(const Values& map, int width, IsValid is_valid) {
  const auto found = std::find_if_not(map.begin(), map.end(), is_valid);
  if (found == map.end()) return "none";
  const auto position = found - map.begin();
  return number_text(*found) + " in row " + std::to_string(position / width) + ", column " +
         std::to_string(position % width);
}

std::string describe_invalid(const ScoreMaps& maps, size_t index) {
  const auto describe = [&](const auto& data) {
    return first_invalid(data.subspan(index * maps.pixels(), maps.pixels()), maps.width,
                         [](auto score) { return score >= 0 && score <= 1; });
  };
  return "expected values from 0 to 1 in score map " + std::to_string(index) + ", got " +
         std::visit(describe, maps.data);
}

std::string describe_invalid(const ScoreMaps& maps, std::span<const uint8_t> masks, size_t index) {
  const auto is_valid = [](uint8_t value) { return value <= 1 || value == 255; };
  return "expected 0, 1 or 255 in mask " + std::to_string(index) + ", got " +
         first_invalid(masks.subspan(index * maps.pixels(), maps.pixels()), maps.width, is_valid);
}

}  // namespace

InvalidScoreMap::InvalidScoreMap(const ScoreMaps& maps, size_t index)
    : std::runtime_error(describe_invalid(maps, index)), index(index) {}

InvalidMask::InvalidMask(const ScoreMaps& maps, std::span<const uint8_t> masks, size_t index)
    : std::runtime_error(describe_invalid(maps, masks, index)), index(index) {}

}  // namespace wsol
