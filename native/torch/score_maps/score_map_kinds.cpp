#include "native/torch/score_maps/cam.h"
#include "native/torch/score_maps/gradient_maps.h"
#include "native/torch/score_maps/score_map_kind.h"

namespace wsol {

namespace {

// name, draw, whether it takes any stage, whether it needs a gradient
constexpr ScoreMapKind kKinds[] = {
    {"cam", draw_cam, false, false},
    {"grad-cam", draw_grad_cam, true, true},
    {"grad-cam++", draw_grad_cam_plus_plus, true, true},
    {"layer-cam", draw_layer_cam, true, true},
};

}  // namespace

std::span<const ScoreMapKind> score_map_kinds() { return kKinds; }

}  // namespace wsol
