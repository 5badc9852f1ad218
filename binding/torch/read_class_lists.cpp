#include "binding/torch/read_class_lists.h"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <span>

#include "binding/common/coded_error.h"
#include "native/torch/score_maps/score_map_settings.h"

namespace wsol::binding {

namespace {

int64_t images_of(const ClassLists& lists) { return static_cast<int64_t>(lists.offsets.size()) - 1; }

/// Calls `visit` with each image and its classes.
template <typename Visit>
void for_each_image(const ClassLists& lists, const Visit& visit) {
  for (int64_t image = 0; image < images_of(lists); ++image) {
    const auto begin = static_cast<size_t>(lists.offsets[static_cast<size_t>(image)]);
    const auto end = static_cast<size_t>(lists.offsets[static_cast<size_t>(image) + 1]);
    visit(image, std::span(lists.values).subspan(begin, end - begin));
  }
}

void check_offsets(const ClassLists& lists, const std::string& parameter, int64_t classes) {
  const std::vector<int32_t>& offsets = lists.offsets;
  bool are_right = offsets.front() == 0 && static_cast<size_t>(offsets.back()) == lists.values.size();
  for (size_t image = 0; are_right && image + 1 < offsets.size(); ++image) {
    const int64_t count = int64_t{offsets[image + 1]} - offsets[image];
    are_right = count >= 1 && count <= classes;
  }
  if (are_right) return;
  throw invalid_argument(
      parameter, "offsets from 0 to the number of values, 1 to " + std::to_string(classes) + " apart", "others");
}

}  // namespace

at::Tensor ClassLists::padded() const {
  int64_t most = 0;
  for_each_image(*this, [&](int64_t, auto list) { most = std::max(most, static_cast<int64_t>(list.size())); });
  at::Tensor matrix = at::full({images_of(*this), most}, kNoClass, at::kLong);
  int64_t* const rows = matrix.mutable_data_ptr<int64_t>();
  for_each_image(*this, [&](int64_t image, auto list) { std::copy(list.begin(), list.end(), rows + image * most); });
  return matrix;
}

at::Tensor ClassLists::present(int64_t classes) const {
  at::Tensor matrix = at::zeros({images_of(*this), classes}, at::kBool);
  bool* const rows = matrix.mutable_data_ptr<bool>();
  for_each_image(*this, [&](int64_t image, auto list) {
    for (const int32_t label : list) rows[image * classes + label] = true;
  });
  return matrix;
}

bool is_plain_object(const Napi::Value& value) { return value.IsObject() && !value.IsTypedArray() && !value.IsArray(); }

ClassLists read_class_lists(const Napi::Value& value, const std::string& parameter, int64_t count, int64_t classes) {
  const Fields fields(value, parameter);
  ClassLists lists;
  const auto offsets =
      read_typed_array<int32_t>(fields.get("offsets"), "offsets", static_cast<size_t>(count) + 1, "images + 1");
  lists.offsets.assign(offsets.begin(), offsets.end());
  const auto values = read_typed_array<int32_t>(fields.get("values"), "values");
  lists.values.assign(values.begin(), values.end());
  check_offsets(lists, parameter, classes);
  const auto wrong = std::find_if(lists.values.begin(), lists.values.end(),
                                  [&](int32_t label) { return label < 0 || label >= classes; });
  if (wrong == lists.values.end()) return lists;
  throw invalid_argument(parameter, "classes from 0 to " + std::to_string(classes - 1),
                         std::to_string(*wrong) + " at index " + std::to_string(wrong - lists.values.begin()));
}

}  // namespace wsol::binding
