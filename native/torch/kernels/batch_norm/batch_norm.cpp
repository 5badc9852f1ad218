#include "native/torch/kernels/batch_norm/batch_norm.h"

#include <torch/csrc/autograd/custom_function.h>

#include <optional>

#include "native/torch/kernels/batch_norm/passes.h"
#include "native/torch/kernels/capsules.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol {

namespace {

/// `weight` and `bias` are those of `norm`: autograd looks at tensors that are arguments of their own.
class FusedBatchNorm final : public torch::autograd::Function<FusedBatchNorm> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight, const at::Tensor& /*bias*/,
                            const std::optional<at::Tensor>& residual, const BatchNormTensors& norm, bool has_relu) {
    const AfterNorm after = {.residual = residual.value_or(at::Tensor()), .relu = has_relu};
    const batch_norm::Forward found = input.scalar_type() == at::kFloat
                                          ? batch_norm::forward<float>(input, norm, after)
                                          : batch_norm::forward<c10::BFloat16>(input, norm, after);
    context->save_for_backward({input, weight, found.statistics, has_relu ? found.output : at::Tensor()});
    context->saved_data["has_residual"] = residual.has_value();
    if (norm.shared) context->saved_data["shared"] = c10::IValue::make_capsule(norm.shared);
    return found.output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const batch_norm::Saved tensors = {.input = saved[0],
                                       .weight = saved[1],
                                       .statistics = saved[2],
                                       .output = saved[3],
                                       .shared = capsule_in<SharedStatistics>(*context, "shared")};
    const bool has_residual = context->saved_data["has_residual"].toBool();
    const at::Tensor gradient = gradients[0].to(saved[0].scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const batch_norm::Gradients found = saved[0].scalar_type() == at::kFloat
                                            ? batch_norm::backward<float>(tensors, gradient, has_residual)
                                            : batch_norm::backward<c10::BFloat16>(tensors, gradient, has_residual);
    return {found.input, found.weight, found.bias, found.passed, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

bool is_normalised_here(const at::Tensor& input, const AfterNorm& after) {
  if (!has_channel_rows(input)) return false;
  if (!after.residual.defined()) return true;
  return has_channel_rows(after.residual) && after.residual.scalar_type() == input.scalar_type() &&
         after.residual.sizes() == input.sizes();
}

at::Tensor batch_norm_in_training(const at::Tensor& input, const BatchNormTensors& norm, const AfterNorm& after) {
  const auto residual = after.residual.defined() ? std::optional(after.residual) : std::nullopt;
  return FusedBatchNorm::apply(input, norm.weight, norm.bias, residual, norm, after.relu);
}

}  // namespace wsol
