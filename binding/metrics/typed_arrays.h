#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "binding/common/napi.h"

namespace wsol::binding {

/// A Float64Array of numbers of any type.
template <typename Number>
Napi::Float64Array float64_array(Napi::Env env, const std::vector<Number>& values) {
  Napi::Float64Array array = Napi::Float64Array::New(env, values.size());
  std::transform(values.begin(), values.end(), array.Data(), [](Number value) { return static_cast<double>(value); });
  return array;
}

inline Napi::Int32Array int32_array(Napi::Env env, const std::vector<int32_t>& values) {
  Napi::Int32Array array = Napi::Int32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

}  // namespace wsol::binding
