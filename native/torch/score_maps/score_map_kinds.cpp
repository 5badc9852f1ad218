#include "native/torch/score_maps/cam.h"
#include "native/torch/score_maps/gradient_maps.h"
#include "native/torch/score_maps/score_map_kind.h"

namespace wsol {

namespace {

constexpr ScoreMapKind kKinds[] = {
    {.name = "cam", .draw = draw_cam, .takes_any_stage = false},
    {.name = "grad-cam", .draw = draw_grad_cam, .takes_any_stage = true},
};

}  // namespace

std::span<const ScoreMapKind> score_map_kinds() { return kKinds; }

}  // namespace wsol
