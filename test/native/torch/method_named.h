#pragma once

#include <string>

#include "native/torch/methods/method_settings.h"

namespace wsol::test {

/// A method with the settings that the configuration has as defaults.
inline MethodSettings method_named(const std::string& name) {
  return {.name = name,
          .has = {.grid_size = 4, .drop_rate = 0.5},
          .cutmix = {.probability = 1, .beta = 1},
          .adl = {.threshold = 0.9, .drop_rate = 0.75},
          .rdap = {.drop_rate = 0.75, .block_size = 0},
          .acol = {.threshold = 0.7}};
}

}  // namespace wsol::test
