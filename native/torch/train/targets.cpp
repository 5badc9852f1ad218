#include "native/torch/train/targets.h"

#include <ATen/TensorOperators.h>

#include <string>

#include "native/torch/errors.h"
#include "native/torch/image_ops.h"
#include "native/torch/losses/regularized_loss.h"

namespace wsol {

namespace {

void check_present(const at::Tensor& present, int64_t count, const NetworkSpec& network) {
  if (network.head != linear_head()) {
    throw InvalidArgument("labels", "one class for each image with the head '" + network.head.name + "'", "several");
  }
  const bool is_matrix =
      present.scalar_type() == at::kBool && present.sizes() == at::IntArrayRef({count, network.num_classes});
  if (!is_matrix) {
    throw InvalidArgument("labels", c10::str("images x classes, ", count, " x ", network.num_classes),
                          c10::str(present.scalar_type(), " ", present.sizes()));
  }
  if (!present.any(1).all().item<bool>()) throw InvalidArgument("labels", "at least one class for each image", "none");
}

}  // namespace

void check_batch(const at::Tensor& images, const Targets& targets, const NetworkSpec& network) {
  validate_images(images);
  const auto& [labels, distributions, present] = targets;
  const int64_t count = images.size(0), classes = network.num_classes;
  if (present.defined()) {
    check_present(present, count, network);
    return;
  }
  if (labels.scalar_type() != at::kLong || labels.dim() != 1 || labels.size(0) != count) {
    throw InvalidArgument("labels", "one class for each of the " + std::to_string(count) + " images",
                          c10::str(labels.scalar_type(), " ", labels.sizes()));
  }
  validate_labels(labels, classes);
  if (distributions.defined()) validate_distributions(distributions, count, classes);
}

}  // namespace wsol
