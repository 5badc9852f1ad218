#pragma once

#include "binding/common/napi.h"

namespace wsol::binding {

/// Exports `thresholdGrid`, `boxesFromScoreMap`, `normaliseScoreMap` and `openLibrary`.
void export_functions(Napi::Env env, Napi::Object exports);

}  // namespace wsol::binding
