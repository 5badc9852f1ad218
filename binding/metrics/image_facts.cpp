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

/// The image of each pair, from where each image's pairs begin.
std::vector<int32_t> read_pairs(const Fields& fields, size_t images) {
  const auto offsets = copy(read_typed_array<int32_t>(fields.get("offsets"), "pairs", images + 1, "images + 1"));
  std::vector<int32_t> image_of_pair;
  for (size_t image = 0; image < images; ++image) {
    const int32_t next = offsets[image + 1];
    const bool are_right = offsets[0] == 0 && next > offsets[image] && next <= kLargestIndex;
    if (!are_right) throw invalid_argument("pairs", "offsets from 0 on that grow from image to image", "others");
    image_of_pair.insert(image_of_pair.end(), static_cast<size_t>(next - offsets[image]), static_cast<int32_t>(image));
  }
  return image_of_pair;
}

std::vector<uint8_t> read_marks(const Fields& fields, const char* name, size_t count, const char* meaning) {
  auto marks = copy(read_typed_array<uint8_t>(fields.get(name), name, count, meaning));
  for (uint8_t& mark : marks) mark = mark != 0 ? 1 : 0;
  return marks;
}

HitStates read_hits(const Fields& fields, size_t rows) {
  HitStates hits;
  hits.offsets = copy(read_typed_array<int32_t>(fields.get("offsets"), "offsets", rows + 1, "images or pairs + 1"));
  const bool is_ascending = hits.offsets[0] == 0 && std::is_sorted(hits.offsets.begin(), hits.offsets.end());
  if (!is_ascending) throw invalid_argument("offsets", "ascending numbers from 0 on", "others");
  const auto total = static_cast<size_t>(hits.offsets[rows]);
  hits.begins = copy(read_typed_array<int32_t>(fields.get("begins"), "begins", total, "as offsets say"));
  hits.states = copy(read_typed_array<uint8_t>(fields.get("states"), "states", total, "as offsets say"));
  for (size_t row = 0; row < rows; ++row) {
    const auto first = hits.begins.begin() + hits.offsets[row], last = hits.begins.begin() + hits.offsets[row + 1];
    const bool is_state = first != last && *first == 0 && std::is_sorted(first, last);
    if (!is_state) throw invalid_argument("begins", "ascending numbers from 0 on for each", "others");
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
  if (!fields.is_absent("pairs")) {
    const Fields pairs = fields.section("pairs");
    facts.image_of_pair = read_pairs(pairs, images);
    if (!pairs.is_absent("correct")) {
      facts.is_pair_right = read_marks(pairs, "correct", facts.image_of_pair.size(), "one per pair");
    }
  }
  const size_t rows = facts.image_of_pair.empty() ? images : facts.image_of_pair.size();
  if (!fields.is_absent("hits")) facts.hits = read_hits(fields.section("hits"), rows);
  if (!fields.is_absent("valThreshold")) {
    facts.val_threshold = static_cast<int32_t>(fields.integer("valThreshold", 0, kLargestIndex));
  }
  if (!fields.is_absent("correct")) {
    facts.is_class_right = read_marks(fields, "correct", images, "one per image");
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
