#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace wsol::binding {

/// One fact of an error, as it appears in `details`.
using Detail = std::variant<double, std::string>;
using Details = std::vector<std::pair<std::string, Detail>>;

/// An error with its code from lib/errors.ts. Touches no JavaScript, so any thread may throw it.
class CodedError : public std::runtime_error {
 public:
  CodedError(std::string code, const std::string& message, Details details = {})
      : std::runtime_error(message), code(std::move(code)), details(std::move(details)) {}

  std::string code;
  Details details;
};

/// `expected EXPECTED for 'PARAMETER', got GOT`, with ERR_WSOL_ARGUMENT.
CodedError invalid_argument(const std::string& parameter, const std::string& expected, const std::string& got);

/// Any exception as a coded one. Each addon defines it once, for the exceptions of its own native layer, and leaves the
/// rest to coded_error_of_standard.
CodedError coded_error_of(const std::exception_ptr& exception);

/// CodedError as it is, std::bad_alloc as ERR_WSOL_OUT_OF_MEMORY, anything else as ERR_WSOL_NATIVE.
CodedError coded_error_of_standard(const std::exception_ptr& exception);

}  // namespace wsol::binding
