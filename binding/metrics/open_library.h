#pragma once

#include <string>

namespace wsol::binding {

/// Opens a shared library for the life of the process, its symbols visible to libraries loaded later. `path` is
/// absolute. Throws CodedError ERR_WSOL_ADDON with the system loader's words.
void open_library(const std::string& path);

}  // namespace wsol::binding
