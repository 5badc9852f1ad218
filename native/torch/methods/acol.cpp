#include "native/torch/methods/acol.h"

namespace wsol {

HeadSettings choose_acol_head(const MethodSettings& settings) {
  return {.name = "acol", .erase_threshold = settings.acol.threshold};
}

}  // namespace wsol
