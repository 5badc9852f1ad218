#include "binding/common/coded_error.h"

#include <new>

namespace wsol::binding {

CodedError invalid_argument(const std::string& parameter, const std::string& expected, const std::string& got) {
  return CodedError("ERR_WSOL_ARGUMENT", "expected " + expected + " for '" + parameter + "', got " + got,
                    {{"parameter", parameter}, {"expected", expected}});
}

CodedError coded_error_of_standard(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const CodedError& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return CodedError("ERR_WSOL_OUT_OF_MEMORY", "the machine's memory ran out");
  } catch (const std::exception& error) {
    return CodedError("ERR_WSOL_NATIVE", error.what());
  } catch (...) {
    return CodedError("ERR_WSOL_NATIVE", "an exception of an unknown kind");
  }
}

}  // namespace wsol::binding
