#include "binding/metrics/open_library.h"

#include "binding/common/coded_error.h"

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

namespace wsol::binding {

namespace {

CodedError cannot_open(const std::string& path, const std::string& reason) {
  return CodedError("ERR_WSOL_ADDON", "cannot open '" + path + "': " + reason, {{"path", path}});
}

}  // namespace

void open_library(const std::string& path) {
#if defined(_WIN32)
  throw cannot_open(path, "opening LibTorch is not supported on Windows");
#else
  if (path.empty() || path[0] != '/') throw invalid_argument("path", "an absolute path", '"' + path + '"');
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) return;
  const char* reason = dlerror();
  throw cannot_open(path, reason == nullptr ? "unknown reason" : reason);
#endif
}

}  // namespace wsol::binding
