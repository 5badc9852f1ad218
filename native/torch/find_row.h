#pragma once

#include <span>
#include <string>

#include "native/metrics/table.h"
#include "native/torch/errors.h"

namespace wsol {

/// The row of this name. Throws InvalidArgument for `parameter`, listing the known ones.
template <typename Row>
const Row& find_row(std::span<const Row> rows, const std::string& name, const char* parameter) {
  if (const Row* row = find_by_name(rows, name)) return *row;
  throw InvalidArgument(parameter, one_of(rows), '"' + name + '"');
}

}  // namespace wsol
