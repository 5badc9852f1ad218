#pragma once

#include "binding/common/napi.h"

namespace wsol::binding {

/// What the addon `cuda` hands to the addon `torch`, through JavaScript: an object that holds a function of native
/// code, behind a tag that nothing else has.
inline constexpr napi_type_tag kNcclMakerTag = {0x6f5a1d0c3b8e4e27, 0x9c1474de02ab6a35};

}  // namespace wsol::binding
