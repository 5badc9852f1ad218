#include "native/torch/kernels/convolution.h"

#include <ATen/autocast_mode.h>
#include <ATen/ops/conv2d.h>
#include <torch/csrc/autograd/custom_function.h>

#include "native/torch/kernels/gemm.h"
#include "native/torch/kernels/winograd/convolution.h"

namespace wsol {

namespace {

class WinogradConvolution final : public torch::autograd::Function<WinogradConvolution> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight) {
    context->save_for_backward({input, weight});
    return winograd::convolve(input, weight);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &gradient = gradients[0];
    return {context->needs_input_grad(0) ? winograd::input_gradient(gradient, weight) : at::Tensor(),
            context->needs_input_grad(1) ? winograd::weight_gradient(gradient, input) : at::Tensor()};
  }
};

}  // namespace

at::Tensor as_autocast_wants(const at::Tensor& map) {
  const c10::DeviceType device = map.device().type();
  return at::autocast::is_autocast_enabled(device) ? map.to(at::autocast::get_autocast_dtype(device)) : map;
}

bool is_imitated(const at::Tensor& map) {
#if defined(__x86_64__)
  return map.is_cpu() && map.scalar_type() == at::kBFloat16 && !has_gemm<c10::BFloat16>();
#else
  static_cast<void>(map);
  return false;
#endif
}

at::Tensor convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                       int64_t padding) {
  const at::Tensor map = as_autocast_wants(input);
  if (is_imitated(map)) {
    const WithoutAutocast in_float32;
    return convolution(map.to(at::kFloat), weight, bias, stride, padding).to(map.scalar_type());
  }
  const bool is_plain = stride == 1 && padding == 1 && !bias.defined();
  if (is_plain && winograd::is_worthwhile(map, weight)) return WinogradConvolution::apply(map, weight);
  return at::conv2d(map, weight, bias, {stride, stride}, {padding, padding});
}

}  // namespace wsol
