#include "native/torch/methods/cutmix.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_sample_dirichlet.h>
#include <ATen/ops/full.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randperm.h>

#include <algorithm>
#include <cmath>

#include "native/torch/image_ops.h"

namespace wsol {

namespace {

/// One side of the box along an axis of the image.
struct Interval {
  int64_t start;
  int64_t length;
};

Interval cut_interval(int64_t side, double share, int64_t centre) {
  const int64_t half = static_cast<int64_t>(static_cast<double>(side) * std::sqrt(1 - share)) / 2;
  const int64_t start = std::max<int64_t>(0, centre - half);
  return {.start = start, .length = std::min(side, centre + half) - start};
}

/// Beta(beta, beta) is the first share of a Dirichlet of two.
double draw_share(double beta, const at::Generator& generator) {
  return at::_sample_dirichlet(at::full({2}, beta, at::kDouble), generator)[0].item<double>();
}

int64_t draw_below(int64_t bound, const at::Generator& generator) {
  return at::randint(bound, {1}, generator, at::kLong).item<int64_t>();
}

}  // namespace

void cutmix(TrainingBatch& batch, const MethodSettings& settings, at::Generator generator) {
  const auto& [probability, beta] = settings.cutmix;
  if (at::rand({1}, generator).item<double>() >= probability) return;
  const double share = draw_share(beta, generator);
  const int64_t centre_x = draw_below(batch.images.size(3), generator);
  const int64_t centre_y = draw_below(batch.images.size(2), generator);
  mix(batch, {.share = share,
              .centre_x = centre_x,
              .centre_y = centre_y,
              .partners = at::randperm(batch.images.size(0), generator, at::kLong)});
}

void mix(TrainingBatch& batch, const Mixture& mixture) {
  const int64_t height = batch.images.size(2), width = batch.images.size(3);
  const Interval rows = cut_interval(height, mixture.share, mixture.centre_y);
  const Interval columns = cut_interval(width, mixture.share, mixture.centre_x);
  const at::Tensor partners = to_device(mixture.partners, batch.images.device());
  const at::Tensor box = batch.images.narrow(2, rows.start, rows.length).narrow(3, columns.start, columns.length);
  box.copy_(box.index_select(0, partners));

  const double pasted = static_cast<double>(rows.length * columns.length) / static_cast<double>(height * width);
  const bool are_classes = batch.targets.dim() == 1;
  const at::Tensor targets = are_classes ? at::one_hot(batch.targets, batch.num_classes).to(at::kFloat) : batch.targets;
  batch.targets = (1 - pasted) * targets + pasted * targets.index_select(0, partners);
}

}  // namespace wsol
