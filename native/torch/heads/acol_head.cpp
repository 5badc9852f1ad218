#include "native/torch/heads/acol_head.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/stack.h>

#include <limits>
#include <string>

#include "native/torch/at_least_float.h"
#include "native/torch/models/fused_convolution.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

constexpr int64_t kHiddenChannels = 1024;

/// From features to one map for each class.
class Branch {
 public:
  // Members are initialised in the order of the reference's state_dict.
  Branch(StateBuilder& builder, const std::string& name, const HeadSpec& spec)
      : first_(builder.convolution(name + ".0", spec.channels, kHiddenChannels, 3, 1, kWithBias)),
        second_(builder.convolution(name + ".2", kHiddenChannels, kHiddenChannels, 3, 1, kWithBias)),
        last_(builder.convolution(name + ".4", kHiddenChannels, spec.num_classes, 1, 1, kWithBias)) {}

  at::Tensor forward(const at::Tensor& features, const ForwardContext& context) const {
    const AfterNorm activated = {.relu = true};
    const at::Tensor hidden = second_.forward(first_.forward(features, context, activated), context, activated);
    return last_.forward(hidden, context);
  }

  at::ScalarType dtype() const { return last_.dtype(); }

 private:
  static constexpr bool kWithBias = true;

  FusedConvolution first_;
  FusedConvolution second_;
  FusedConvolution last_;
};

at::Tensor logits_of(const at::Tensor& maps) { return maps.mean({2, 3}); }

/// The map of each image's class, brought to [0, 1], in float32 or wider, without a graph; zeros for a constant one.
/// `maps` [N, C, h, w], `classes` [N]; [N, 1, h, w].
at::Tensor map_of_class(const at::Tensor& maps, const at::Tensor& classes) {
  const at::Tensor index = classes.view({-1, 1, 1, 1}).expand({-1, 1, maps.size(2), maps.size(3)});
  const at::Tensor chosen = maps.detach().gather(1, index).to(at_least_float(maps.scalar_type()));
  const bool keep_dimensions = true;
  const at::Tensor from_least = chosen - chosen.amin({2, 3}, keep_dimensions);
  return from_least / from_least.amax({2, 3}, keep_dimensions).clamp_min(std::numeric_limits<float>::min());
}

class AcolHead final : public Head {
 public:
  AcolHead(StateBuilder& builder, const HeadSpec& spec)
      : erase_threshold_(spec.settings.erase_threshold),
        a_(builder, "classifier_A", spec),
        b_(builder, "classifier_B", spec) {}

  std::vector<at::Tensor> forward(const at::Tensor& features, const ForwardContext& context) const override {
    const at::Tensor maps = a_.forward(features, context);
    if (context.mode == Mode::kEvaluation) return {logits_of(maps)};
    const at::Tensor erased = erase(features, map_of_class(maps, context.labels));
    return {logits_of(maps), logits_of(b_.forward(erased, context))};
  }

  at::Tensor class_maps(const at::Tensor& feature_map, const at::Tensor& classes) const override {
    const at::NoGradGuard no_gradients;
    const ForwardContext context{.mode = Mode::kEvaluation};
    const at::Tensor features = feature_map.to(a_.dtype());
    const at::Tensor maps = a_.forward(features, context);
    std::vector<at::Tensor> of_ranks;
    for (const at::Tensor& of_rank : classes.to(features.device()).unbind(1)) {
      const at::Tensor map_a = map_of_class(maps, of_rank);
      const at::Tensor map_b = map_of_class(b_.forward(erase(features, map_a), context), of_rank);
      of_ranks.push_back(at::maximum(map_a, map_b).squeeze(1));
    }
    return at::stack(of_ranks, 1);
  }

 private:
  at::Tensor erase(const at::Tensor& features, const at::Tensor& map) const {
    return features.masked_fill(map >= erase_threshold_, 0);
  }

  double erase_threshold_;
  Branch a_;
  Branch b_;
};

}  // namespace

std::unique_ptr<Head> make_acol_head(StateBuilder& builder, const HeadSpec& spec) {
  return std::make_unique<AcolHead>(builder, spec);
}

}  // namespace wsol
