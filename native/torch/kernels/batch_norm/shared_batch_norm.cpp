#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/custom_function.h>

#include "native/torch/kernels/batch_norm/batch_norm.h"
#include "native/torch/kernels/batch_norm/moments.h"

namespace wsol {

namespace {

at::Tensor as_channels(const at::Tensor& values) { return values.view({1, -1, 1, 1}); }

at::Tensor sum_of_channels(const at::Tensor& map) { return map.sum({0, 2, 3}, /*keepdim=*/false, at::kDouble); }

/// What is computed in: float32, or float64 where the input is.
at::Tensor widened(const at::Tensor& input) {
  return input.scalar_type() == at::kDouble ? input : input.to(at::kFloat);
}

/// Of each channel the mean and 1 / sqrt(variance + eps), of the input's type and on its device.
std::pair<at::Tensor, at::Tensor> shared_statistics(const at::Tensor& input, const BatchNormTensors& norm) {
  const auto count = static_cast<double>(input.numel() / input.size(1));
  const at::Tensor own_mean = sum_of_channels(input) / count;
  const at::Tensor own_squares = sum_of_channels((input - as_channels(own_mean.to(input.scalar_type()))).square());
  const at::Tensor own = at::stack({own_mean, own_squares}, 1).cpu();
  const auto* const numbers = own.const_data_ptr<double>();
  std::vector<batch_norm::Moments> moments(input.size(1));
  for (size_t channel = 0; channel < moments.size(); ++channel) {
    moments[channel] = {.count = count, .mean = numbers[2 * channel], .squares = numbers[2 * channel + 1]};
  }
  batch_norm::share_moments(moments, *norm.shared);
  std::vector<double> means, variances, unbiased;
  for (const auto& [values, mean, squares] : moments) {
    means.push_back(mean);
    variances.push_back(squares / values);
    unbiased.push_back(squares / (values - 1));
  }
  const auto on_device = [&](const std::vector<double>& values) {
    return at::tensor(values, at::kDouble).to(input.device());
  };
  norm.running_mean.mul_(1 - norm.momentum).add_(on_device(means), norm.momentum);
  norm.running_var.mul_(1 - norm.momentum).add_(on_device(unbiased), norm.momentum);
  return {on_device(means).to(input.scalar_type()), (on_device(variances) + norm.eps).rsqrt().to(input.scalar_type())};
}

class SharedBatchNorm final : public torch::autograd::Function<SharedBatchNorm> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight, const at::Tensor& bias, const BatchNormTensors& norm) {
    const auto [mean, inverse] = shared_statistics(widened(input), norm);
    const at::Tensor normalised = (input - as_channels(mean)) * as_channels(inverse);
    context->save_for_backward({normalised, weight, inverse});
    context->saved_data["shared"] = c10::IValue::make_capsule(norm.shared);
    return at::addcmul(as_channels(bias), normalised, as_channels(weight)).to(input.scalar_type());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const at::Tensor &normalised = saved[0], &weight = saved[1], &inverse = saved[2];
    const auto shared = c10::static_intrusive_pointer_cast<SharedStatistics>(context->saved_data["shared"].toCapsule());
    const at::Tensor gradient = widened(gradients[0]);
    const at::Tensor sum = sum_of_channels(gradient), product = sum_of_channels(gradient * normalised);
    const auto count = static_cast<double>(gradient.numel() / gradient.size(1));
    const at::Tensor totals = at::stack({sum, product, at::full_like(sum, count)}).cpu();
    shared->sum(totals);
    const at::Tensor means = (totals.slice(0, 0, 2) / totals[2]).to(gradient.device(), gradient.scalar_type());
    const at::Tensor centred = gradient - as_channels(means[0]) - normalised * as_channels(means[1]);
    return {(centred * as_channels(weight * inverse)).to(gradients[0].scalar_type()), product.to(weight.scalar_type()),
            sum.to(weight.scalar_type()), at::Tensor()};
  }
};

}  // namespace

at::Tensor shared_batch_norm(const at::Tensor& input, const BatchNormTensors& norm) {
  return SharedBatchNorm::apply(input, norm.weight, norm.bias, norm);
}

}  // namespace wsol
