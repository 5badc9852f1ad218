#include "binding/common/describe.h"

#include <charconv>
#include <cmath>

namespace wsol::binding {

namespace {

constexpr size_t kLongestText = 60;

/// Cut between UTF-8 characters; control characters become spaces.
std::string quoted(std::string text) {
  if (text.size() > kLongestText) {
    size_t end = kLongestText - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end) + "...";
  }
  std::string result = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') result += '\\';
    result += static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
  }
  return result + '"';
}

std::string class_name(const Napi::Object& object) {
  const Napi::Value constructor = object.Get("constructor");
  if (!constructor.IsFunction()) return "object";
  const Napi::Value name = constructor.As<Napi::Object>().Get("name");
  return name.IsString() ? name.As<Napi::String>().Utf8Value() : "object";
}

}  // namespace

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof(text), number);
  return std::string(text, end);
}

std::string describe(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_string:
      return quoted(value.As<Napi::String>());
    case napi_number:
      return number_text(value.As<Napi::Number>().DoubleValue());
    case napi_boolean:
    case napi_bigint:
      return value.ToString();
    case napi_symbol:
      return "a symbol";
    case napi_function:
      return "a function";
    default:
      break;
  }
  if (value.IsArray()) return "an array of " + std::to_string(value.As<Napi::Array>().Length());
  const Napi::Object object = value.As<Napi::Object>();
  if (value.IsTypedArray()) {
    return class_name(object) + " of " + std::to_string(value.As<Napi::TypedArray>().ByteLength()) + " bytes";
  }
  return "an " + class_name(object);
}

}  // namespace wsol::binding
