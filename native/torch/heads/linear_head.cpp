#include "native/torch/heads/linear_head.h"

#include <ATen/ops/bmm.h>

#include "native/torch/models/layers.h"
#include "native/torch/models/state_builder.h"

namespace wsol {

namespace {

class LinearHead final : public Head {
 public:
  LinearHead(StateBuilder& builder, const HeadSpec& spec)
      : classifier_(builder.linear(spec.naming.classifier, spec.channels, spec.num_classes,
                                   spec.naming.classifier_as_convolution)) {}

  std::vector<at::Tensor> forward(const at::Tensor& features, const ForwardContext&) const override {
    return {classifier_.forward(features.mean({2, 3}))};
  }

  at::Tensor class_maps(const at::Tensor& features, const at::Tensor& classes) const override {
    return class_activation_map(features, classifier_.weight.detach().flatten(1), classes);
  }

 private:
  Linear classifier_;
};

}  // namespace

std::unique_ptr<Head> make_linear_head(StateBuilder& builder, const HeadSpec& spec) {
  return std::make_unique<LinearHead>(builder, spec);
}

at::Tensor class_activation_map(const at::Tensor& feature_map, const at::Tensor& classifier_weight,
                                const at::Tensor& classes) {
  const int64_t count = feature_map.size(0), channels = feature_map.size(1);
  const int64_t height = feature_map.size(2), width = feature_map.size(3);
  const at::ScalarType dtype = classifier_weight.scalar_type();
  const at::Tensor rows =
      classifier_weight.index_select(0, classes.to(feature_map.device()).flatten()).view({count, -1, channels});
  const at::Tensor maps = at::bmm(rows, feature_map.to(dtype).flatten(2)).div_(static_cast<double>(channels));
  return maps.view({count, -1, height, width});
}

}  // namespace wsol
