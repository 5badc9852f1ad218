#include "binding/metrics/image_facts.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "binding/common/arguments.h"
#include "binding/common/coded_error.h"
#include "binding/metrics/arguments.h"

namespace wsol::binding {

namespace {

constexpr int32_t kLargestIndex = (1 << 30) - 1;

template <typename Element>
std::vector<Element> copy(std::span<const Element> elements) {
  return {elements.begin(), elements.end()};
}

HitStates read_hits(const Fields& fields, size_t images) {
  HitStates hits;
  hits.offsets = copy(read_typed_array<int32_t>(fields.get("offsets"), "offsets", images + 1, "images + 1"));
  const bool is_ascending = hits.offsets[0] == 0 && std::is_sorted(hits.offsets.begin(), hits.offsets.end());
  if (!is_ascending) throw invalid_argument("offsets", "ascending numbers from 0 on", "others");
  const auto total = static_cast<size_t>(hits.offsets[images]);
  hits.begins = copy(read_typed_array<int32_t>(fields.get("begins"), "begins", total, "as offsets say"));
  hits.states = copy(read_typed_array<uint8_t>(fields.get("states"), "states", total, "as offsets say"));
  for (size_t image = 0; image < images; ++image) {
    const auto first = hits.begins.begin() + hits.offsets[image], last = hits.begins.begin() + hits.offsets[image + 1];
    const bool is_state = first != last && *first == 0 && std::is_sorted(first, last);
    if (!is_state) throw invalid_argument("begins", "ascending numbers from 0 on for each image", "others");
  }
  return hits;
}

PixelHistograms read_pixels(const Fields& fields, size_t images) {
  const auto bins = static_cast<size_t>(fields.integer("bins", 1, kLargestIndex));
  return {copy(read_typed_array<int32_t>(fields.get("counts"), "counts", images * 2 * bins, "images x 2 x bins")),
          bins};
}

ImageFacts read_facts(const Napi::Value& value, size_t images) {
  const Fields fields(value, "run");
  ImageFacts facts;
  if (!fields.is_absent("hits")) facts.hits = read_hits(fields.section("hits"), images);
  if (!fields.is_absent("valThreshold")) {
    facts.val_threshold = static_cast<int32_t>(fields.integer("valThreshold", 0, kLargestIndex));
  }
  if (!fields.is_absent("correct")) {
    facts.is_class_right = copy(read_typed_array<uint8_t>(fields.get("correct"), "correct", images, "one per image"));
    for (uint8_t& right : facts.is_class_right) right = right != 0 ? 1 : 0;
  }
  if (!fields.is_absent("entropy")) {
    facts.entropy = copy(read_typed_array<double>(fields.get("entropy"), "entropy", images, "one per image"));
  }
  if (!fields.is_absent("pixels")) facts.pixels = read_pixels(fields.section("pixels"), images);
  return facts;
}

}  // namespace

std::vector<ImageFacts> read_runs(const Napi::Value& value, size_t images) {
  const Napi::Array list = read_array(value, "runs");
  std::vector<ImageFacts> runs;
  for (uint32_t index = 0; index < list.Length(); ++index) runs.push_back(read_facts(list.Get(index), images));
  return runs;
}

}  // namespace wsol::binding
