#pragma once

#include <ostream>

#include "native/metrics/box.h"

namespace wsol {

inline std::ostream& operator<<(std::ostream& out, const Box& box) {
  return out << '[' << box.x0 << ',' << box.y0 << ',' << box.x1 << ',' << box.y1 << ']';
}

}  // namespace wsol
