#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "binding/common/arguments.h"

namespace wsol::binding {

/// Several classes of each image, checked copies: those of image i are values[offsets[i]] to before offsets[i + 1].
struct ClassLists {
  std::vector<int32_t> values;
  std::vector<int32_t> offsets;

  /// int64 [N, K], -1 behind the classes of an image that has fewer than K.
  at::Tensor padded() const;
  /// bool [N, classes].
  at::Tensor present(int64_t classes) const;
};

/// Whether it is an object that may be read as class lists or as other fields: no array of any kind.
bool is_plain_object(const Napi::Value& value);

/// { values, offsets } of `count` images, each with at least one class and at most `classes`, from 0 to classes - 1.
ClassLists read_class_lists(const Napi::Value& value, const std::string& parameter, int64_t count, int64_t classes);

}  // namespace wsol::binding
