#pragma once

#include <string>

#include "binding/common/napi.h"

namespace wsol::binding {

/// A short, safe rendering of any value for a message; the same as `describe` of lib/errors.ts.
std::string describe(const Napi::Value& value);

/// The shortest decimal that reads back as the same number: 0.1, 1e-07, 32, NaN, Infinity.
std::string number_text(double number);

}  // namespace wsol::binding
