#include "native/torch/heads/head.h"
#include "native/torch/heads/linear_head.h"

namespace wsol {

namespace {

constexpr HeadKind kHeads[] = {{.name = "linear", .make = make_linear_head}};

}  // namespace

std::span<const HeadKind> heads() { return kHeads; }

}  // namespace wsol
