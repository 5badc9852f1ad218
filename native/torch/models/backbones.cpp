#include "native/torch/models/backbones.h"

namespace wsol {

namespace {

constexpr Naming kTorchvision = {.stem_convolution = "conv1",
                                 .stem_norm = "bn1",
                                 .block = "layer%.%",
                                 .first_stage = 1,
                                 .final_norm = nullptr,
                                 .classifier = "fc",
                                 .classifier_as_convolution = false};

constexpr Naming kTimmV2 = {.stem_convolution = "stem.conv",
                            .stem_norm = "stem.norm",
                            .block = "stages.%.blocks.%",
                            .first_stage = 0,
                            .final_norm = "norm",
                            .classifier = "head.fc",
                            .classifier_as_convolution = true};

// name, block, expansion, blocks per stage, squeeze-and-excitation ratio (0: none), pre-activation, names
constexpr Backbone kBackbones[] = {
    {"preresnet18", make_preactivation_block, 1, {2, 2, 2, 2}, 0, true, kTimmV2},
    {"seresnet50", make_bottleneck_block, 4, {3, 4, 6, 3}, 16, false, kTorchvision},
    {"resnet18", make_basic_block, 1, {2, 2, 2, 2}, 0, false, kTorchvision},
    {"resnet50", make_bottleneck_block, 4, {3, 4, 6, 3}, 0, false, kTorchvision},
};

}  // namespace

std::span<const Backbone> backbones() { return kBackbones; }

}  // namespace wsol
