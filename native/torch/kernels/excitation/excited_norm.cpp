#include "native/torch/kernels/excitation/excited_norm.h"

#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "native/torch/kernels/capsules.h"
#include "native/torch/kernels/excitation/excited_passes.h"

namespace wsol {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What the backward pass of the sum finds, and that of the means, which comes after it, needs.
struct HandedOver : torch::CustomClassHolder {
  excitation::PassedGradient passed;
};

/// The means of the norm's output, and the statistics.
class MeansOfNorm final : public torch::autograd::Function<MeansOfNorm> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                               const at::Tensor& /*bias*/, const BatchNormTensors& norm,
                               const c10::intrusive_ptr<HandedOver>& handed_over) {
    const excitation::Means found = input.scalar_type() == at::kFloat
                                        ? excitation::find_means<float>(input, norm)
                                        : excitation::find_means<c10::BFloat16>(input, norm);
    context->save_for_backward({input, weight, found.statistics, found.centred});
    context->saved_data["handed_over"] = c10::IValue::make_capsule(handed_over);
    if (norm.shared) context->saved_data["shared"] = c10::IValue::make_capsule(norm.shared);
    context->mark_non_differentiable({found.statistics});
    return {found.of_norm, found.statistics};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const excitation::SavedMeans tensors = {.input = saved[0],
                                            .weight = saved[1],
                                            .statistics = saved[2],
                                            .centred = saved[3],
                                            .shared = capsule_in<SharedStatistics>(*context, "shared")};
    const auto handed_over = capsule_in<HandedOver>(*context, "handed_over");
    const excitation::PassedGradient passed = std::exchange(handed_over->passed, {});
    const excitation::NormGradients found =
        saved[0].scalar_type() == at::kFloat ? excitation::norm_gradients<float>(tensors, passed, gradients[0])
                                             : excitation::norm_gradients<c10::BFloat16>(tensors, passed, gradients[0]);
    return {found.input, found.weight, found.bias, at::Tensor(), at::Tensor()};
  }
};

/// The scaled norm, the residual and ReLU. The gradients of the input, weight and bias come from MeansOfNorm alone.
class ExcitedSum final : public torch::autograd::Function<ExcitedSum> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& scale, const at::Tensor& residual,
                            const excitation::SumInputs& inputs, const c10::intrusive_ptr<HandedOver>& handed_over) {
    const at::Tensor scales = scale.to(at::kFloat).contiguous();
    const at::Tensor output = inputs.input.scalar_type() == at::kFloat
                                  ? excitation::excited_sum<float>(inputs, scales, residual)
                                  : excitation::excited_sum<c10::BFloat16>(inputs, scales, residual);
    context->save_for_backward({inputs.input, inputs.weight, inputs.bias, inputs.statistics, scale, output});
    context->saved_data["handed_over"] = c10::IValue::make_capsule(handed_over);
    return output;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const excitation::SumInputs inputs = {
        .input = saved[0], .weight = saved[1], .bias = saved[2], .statistics = saved[3]};
    const at::Tensor &scale = saved[4], &output = saved[5];
    const at::Tensor scales = scale.to(at::kFloat).contiguous();
    const at::Tensor gradient = gradients[0].to(output.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    excitation::SumGradients found = output.scalar_type() == at::kFloat
                                         ? excitation::sum_gradients<float>(inputs, scales, output, gradient)
                                         : excitation::sum_gradients<c10::BFloat16>(inputs, scales, output, gradient);
    const at::Tensor residual = found.passed.values;
    capsule_in<HandedOver>(*context, "handed_over")->passed = std::move(found.passed);
    return {found.scale.to(scale.scalar_type()), residual, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor excited_norm_in_training(const at::Tensor& input, const BatchNormTensors& norm, const at::Tensor& residual,
                                    Excite excite) {
  const auto handed_over = c10::make_intrusive<HandedOver>();
  const variable_list means = MeansOfNorm::apply(input, norm.weight, norm.bias, norm, handed_over);
  const excitation::SumInputs inputs = {
      .input = input.detach(), .weight = norm.weight.detach(), .bias = norm.bias.detach(), .statistics = means[1]};
  return ExcitedSum::apply(excite(means[0]), residual, inputs, handed_over);
}

}  // namespace wsol
