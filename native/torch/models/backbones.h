#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "native/torch/models/block.h"

namespace wsol {

/// How the tensors of a network are called outside its blocks. `%` stands for a number.
struct Naming {
  const char* stem_convolution;
  const char* stem_norm;
  const char* block;
  /// Number of the first stage.
  int64_t first_stage;
  /// nullptr without a norm after the last stage.
  const char* final_norm;
  const char* classifier;
  bool classifier_as_convolution;
};

/// A row of the table of networks.
struct Backbone {
  const char* name;
  MakeBlock make_block;
  int64_t expansion;
  std::array<int64_t, 4> blocks_per_stage;
  int64_t se_reduction;
  /// Pre-activation networks take `plain` and `activated` stems; the others have one, called `plain`, which is
  /// activated.
  bool preactivation;
  const Naming& naming;
};

std::span<const Backbone> backbones();

}  // namespace wsol
