#pragma once

#include <c10/core/ScalarType.h>

namespace wsol {

/// The dtype to compute in: float64 stays, all else becomes float32. Under autocast tensors are bfloat16.
inline at::ScalarType at_least_float(at::ScalarType dtype) { return dtype == at::kDouble ? at::kDouble : at::kFloat; }

}  // namespace wsol
