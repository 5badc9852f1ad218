#include "native/torch/losses/multi_label.h"

#include "native/torch/losses/binary_loss.h"
#include "native/torch/losses/softmax_loss.h"

namespace wsol {

namespace {

constexpr MultiLabel kMultiLabels[] = {
    {.name = "softmax",
     .targets = softmax_targets,
     .losses = softmax_losses,
     .predict = softmax_predictions,
     .takes = [](const Regularizer&) { return true; }},
    {.name = "bce",
     .targets = binary_targets,
     .losses = binary_losses,
     .predict = binary_predictions,
     .takes = [](const Regularizer& regularizer) { return regularizer.binary_objective != nullptr; }},
};

}  // namespace

std::span<const MultiLabel> multi_labels() { return kMultiLabels; }

}  // namespace wsol
