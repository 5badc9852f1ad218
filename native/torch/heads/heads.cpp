#include "native/torch/heads/acol_head.h"
#include "native/torch/heads/head.h"
#include "native/torch/heads/linear_head.h"

namespace wsol {

namespace {

constexpr HeadKind kHeads[] = {
    {.name = "linear", .make = make_linear_head, .takes_gradient_maps = true},
    {.name = "acol", .make = make_acol_head, .takes_gradient_maps = false},
};

}  // namespace

std::span<const HeadKind> heads() { return kHeads; }

}  // namespace wsol
