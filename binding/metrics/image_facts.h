#pragma once

#include <cstddef>
#include <vector>

#include "binding/common/napi.h"
#include "native/metrics/bootstrap/bootstrap.h"

namespace wsol::binding {

/// A list of ImageFacts of the ledger, of `images` images each, copied and checked.
std::vector<ImageFacts> read_runs(const Napi::Value& value, size_t images);

}  // namespace wsol::binding
