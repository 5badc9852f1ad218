#include "binding/common/arguments.h"

#include <cmath>

#include "binding/common/coded_error.h"
#include "binding/common/describe.h"

namespace wsol::binding {

namespace {

bool is_number_within(const Napi::Value& value, double min, double max) {
  if (!value.IsNumber()) return false;
  const double number = value.As<Napi::Number>().DoubleValue();
  return std::isfinite(number) && number >= min && number <= max;
}

/// As in "a finite number", "a finite number, 0 or more", "a number from 0 to 1".
std::string range_text(const std::string& unbounded, const std::string& bounded, double min, double max) {
  if (max < static_cast<double>(kMaxSafeInteger)) {
    return bounded + " from " + number_text(min) + " to " + number_text(max);
  }
  return min == kLowest ? unbounded : unbounded + ", " + number_text(min) + " or more";
}

const char* array_name(napi_typedarray_type type) {
  switch (type) {
    case napi_uint8_array:
      return "Uint8Array";
    case napi_int32_array:
      return "Int32Array";
    case napi_float32_array:
      return "Float32Array";
    case napi_float64_array:
      return "Float64Array";
    default:
      return "typed array";
  }
}

}  // namespace

double read_number(const Napi::Value& value, const std::string& parameter, double min, double max) {
  if (is_number_within(value, min, max)) return value.As<Napi::Number>().DoubleValue();
  throw invalid_argument(parameter, range_text("a finite number", "a number", min, max), describe(value));
}

int64_t read_integer(const Napi::Value& value, const std::string& parameter, int64_t min, int64_t max) {
  const double low = static_cast<double>(min), high = static_cast<double>(max);
  if (is_number_within(value, low, high)) {
    const double number = value.As<Napi::Number>().DoubleValue();
    if (number == std::trunc(number)) return static_cast<int64_t>(number);
  }
  throw invalid_argument(parameter, range_text("an integer", "an integer", low, high), describe(value));
}

std::string read_string(const Napi::Value& value, const std::string& parameter) {
  if (value.IsString()) return value.As<Napi::String>();
  throw invalid_argument(parameter, "a string", describe(value));
}

bool read_boolean(const Napi::Value& value, const std::string& parameter) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>();
  throw invalid_argument(parameter, "true or false", describe(value));
}

Napi::Object read_object(const Napi::Value& value, const std::string& parameter) {
  if (value.IsObject() && !value.IsFunction()) return value.As<Napi::Object>();
  throw invalid_argument(parameter, "an object", describe(value));
}

Napi::Array read_array(const Napi::Value& value, const std::string& parameter) {
  if (value.IsArray()) return value.As<Napi::Array>();
  throw invalid_argument(parameter, "an array", describe(value));
}

bool Fields::is_absent(const char* name) const {
  const Napi::Value value = get(name);
  return value.IsUndefined() || value.IsNull();
}

std::array<double, 3> Fields::three_numbers(const char* name) const {
  std::array<double, 3> numbers;
  const Napi::Array array = read_array(get(name), name);
  if (array.Length() != numbers.size()) throw invalid_argument(name, "three numbers", describe(array));
  for (uint32_t index = 0; index < numbers.size(); ++index) numbers[index] = read_number(array.Get(index), name);
  return numbers;
}

namespace detail {

Elements read_typed_array(const Napi::Value& value, const std::string& parameter, napi_typedarray_type type) {
  const std::string expected = std::string("a ") + array_name(type);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    throw invalid_argument(parameter, expected, describe(value));
  }
  size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, nullptr, &length, &data, &buffer, nullptr);
  if (status != napi_ok) throw Napi::Error::New(value.Env());
  bool is_detached = false;
  napi_is_detached_arraybuffer(value.Env(), buffer, &is_detached);
  if (is_detached) throw invalid_argument(parameter, expected, "one whose buffer is detached");
  return {data, length};
}

}  // namespace detail

template <typename Element>
std::span<const Element> read_typed_array(const Napi::Value& value, const std::string& parameter, size_t length,
                                          const std::string& meaning) {
  const std::span<const Element> elements = read_typed_array<Element>(value, parameter);
  if (elements.size() == length) return elements;
  const std::string name = array_name(detail::ElementType<Element>::kType);
  throw invalid_argument(parameter, "a " + name + " of " + std::to_string(length) + " elements (" + meaning + ")",
                         "one of " + std::to_string(elements.size()));
}

template std::span<const uint8_t> read_typed_array(const Napi::Value&, const std::string&, size_t, const std::string&);
template std::span<const int32_t> read_typed_array(const Napi::Value&, const std::string&, size_t, const std::string&);
template std::span<const float> read_typed_array(const Napi::Value&, const std::string&, size_t, const std::string&);
template std::span<const double> read_typed_array(const Napi::Value&, const std::string&, size_t, const std::string&);

}  // namespace wsol::binding
