#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "binding/common/napi.h"

// Checked readers. Each throws CodedError (ERR_WSOL_ARGUMENT, "expected WHAT for 'PARAMETER', got VALUE"). Types are
// asked of Node-API, never of JavaScript's `instanceof`: in Jest, typed arrays come from another realm.

namespace wsol::binding {

/// JavaScript's largest exact integer.
inline constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;

inline constexpr double kLowest = std::numeric_limits<double>::lowest();
inline constexpr double kHighest = std::numeric_limits<double>::max();

/// A finite number in [min, max].
double read_number(const Napi::Value& value, const std::string& parameter, double min = kLowest, double max = kHighest);
/// An integer in [min, max].
int64_t read_integer(const Napi::Value& value, const std::string& parameter, int64_t min, int64_t max);
std::string read_string(const Napi::Value& value, const std::string& parameter);
bool read_boolean(const Napi::Value& value, const std::string& parameter);
/// An object that is neither null nor a function.
Napi::Object read_object(const Napi::Value& value, const std::string& parameter);
Napi::Array read_array(const Napi::Value& value, const std::string& parameter);

/// The fields of an options object; each error names the field.
class Fields {
 public:
  Fields(const Napi::Value& value, const std::string& parameter) : object_(read_object(value, parameter)) {}

  Napi::Value get(const char* name) const { return object_.Get(name); }
  /// True for null and for what is not there.
  bool is_absent(const char* name) const;
  double number(const char* name, double min = kLowest, double max = kHighest) const {
    return read_number(get(name), name, min, max);
  }
  int64_t integer(const char* name, int64_t min, int64_t max) const { return read_integer(get(name), name, min, max); }
  std::string string(const char* name) const { return read_string(get(name), name); }
  bool boolean(const char* name) const { return read_boolean(get(name), name); }
  /// An array of exactly three finite numbers.
  std::array<double, 3> three_numbers(const char* name) const;
  Fields section(const char* name) const { return Fields(get(name), name); }
  const Napi::Object& object() const { return object_; }

 private:
  Napi::Object object_;
};

namespace detail {

struct Elements {
  void* data;
  size_t length;
};

Elements read_typed_array(const Napi::Value& value, const std::string& parameter, napi_typedarray_type type);

template <typename Element>
struct ElementType;
template <>
struct ElementType<uint8_t> {
  static constexpr napi_typedarray_type kType = napi_uint8_array;
};
template <>
struct ElementType<int32_t> {
  static constexpr napi_typedarray_type kType = napi_int32_array;
};
template <>
struct ElementType<float> {
  static constexpr napi_typedarray_type kType = napi_float32_array;
};
template <>
struct ElementType<double> {
  static constexpr napi_typedarray_type kType = napi_float64_array;
};

}  // namespace detail

/// The elements of a typed array, where they lie. They may go with the next line of JavaScript, and every getter of an
/// options object is one: copy them at once. Shared memory may even change between two reads: check the copy.
/// Uint8Array and Buffer for uint8_t; Int32Array, Float32Array, Float64Array. Detached buffers are refused.
template <typename Element>
std::span<const Element> read_typed_array(const Napi::Value& value, const std::string& parameter) {
  const detail::Elements elements = detail::read_typed_array(value, parameter, detail::ElementType<Element>::kType);
  return {static_cast<const Element*>(elements.data), elements.length};
}

/// The same with exactly `length` elements; `meaning` says why, as in "count x height x width x 3".
template <typename Element>
std::span<const Element> read_typed_array(const Napi::Value& value, const std::string& parameter, size_t length,
                                          const std::string& meaning);

/// Whether it is a typed array of this element type.
template <typename Element>
bool is_typed_array(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == detail::ElementType<Element>::kType;
}

extern template std::span<const uint8_t> read_typed_array(const Napi::Value&, const std::string&, size_t,
                                                          const std::string&);
extern template std::span<const int32_t> read_typed_array(const Napi::Value&, const std::string&, size_t,
                                                          const std::string&);
extern template std::span<const float> read_typed_array(const Napi::Value&, const std::string&, size_t,
                                                        const std::string&);
extern template std::span<const double> read_typed_array(const Napi::Value&, const std::string&, size_t,
                                                         const std::string&);

}  // namespace wsol::binding
