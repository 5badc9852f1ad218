#include "native/torch/kernels/excitation/excitation.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "native/torch/kernels/batch_norm/rows.h"
#include "native/torch/kernels/channel_rows.h"
#include "native/torch/kernels/excitation/rows.h"

namespace wsol {

namespace {

template <typename Element>
at::Tensor forward(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& residual) {
  const Parts parts(input, /*groups=*/input.size(0));
  const std::vector<float> no_shift(parts.group.channels);
  at::Tensor output = at::empty_like(input);
  const auto* const from = input.const_data_ptr<Element>();
  const auto* const added = residual.const_data_ptr<Element>();
  const auto* const scales = scale.const_data_ptr<float>();
  auto* const to = output.mutable_data_ptr<Element>();
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    const bool has_relu = true;
    batch_norm::normalise(from + offset, added + offset, rows, scales + part / parts.in_group * rows.channels,
                          no_shift.data(), has_relu, to + offset);
  });
  return output;
}

struct Gradients {
  at::Tensor input;
  at::Tensor scale;
  at::Tensor residual;
};

template <typename Element>
Gradients backward(const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& scale,
                   const at::Tensor& output) {
  const Parts parts(input, /*groups=*/input.size(0));
  const int64_t channels = parts.group.channels;
  Gradients found{.input = at::empty_like(input), .scale = at::empty_like(scale), .residual = at::empty_like(input)};
  const Backward<Element> whole = {.gradient = gradient.const_data_ptr<Element>(),
                                   .output = output.const_data_ptr<Element>(),
                                   .input = input.const_data_ptr<Element>(),
                                   .passed = found.residual.mutable_data_ptr<Element>()};
  auto* const scaled = found.input.mutable_data_ptr<Element>();
  const auto* const scales = scale.const_data_ptr<float>();
  std::vector<float> products(parts.count * channels);
  parts.each([&](int64_t part, Rows rows, int64_t offset) {
    excitation::find_gradients(whole.from(offset), rows, scales + part / parts.in_group * channels, scaled + offset,
                               products.data() + part * channels);
  });
  auto* const of_scale = found.scale.mutable_data_ptr<float>();
  for (int64_t image = 0; image < input.size(0); ++image) {
    for (int64_t channel = 0; channel < channels; ++channel) {
      double sum = 0;
      for (int64_t part = image * parts.in_group; part < (image + 1) * parts.in_group; ++part) {
        sum += products[part * channels + channel];
      }
      of_scale[image * channels + channel] = static_cast<float>(sum);
    }
  }
  return found;
}

class ScaleAddRelu final : public torch::autograd::Function<ScaleAddRelu> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, const at::Tensor& scale,
                            const at::Tensor& residual) {
    const at::Tensor scales = scale.to(at::kFloat).contiguous();
    const at::Tensor output = input.scalar_type() == at::kFloat ? wsol::forward<float>(input, scales, residual)
                                                                : wsol::forward<c10::BFloat16>(input, scales, residual);
    context->save_for_backward({input, scale, output});
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &scale = saved[1], &output = saved[2];
    const at::Tensor gradient = gradients[0].to(input.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor scales = scale.to(at::kFloat).contiguous();
    const Gradients found = input.scalar_type() == at::kFloat
                                ? wsol::backward<float>(gradient, input, scales, output)
                                : wsol::backward<c10::BFloat16>(gradient, input, scales, output);
    return {found.input, found.scale.to(scale.scalar_type()), found.residual};
  }
};

}  // namespace

bool is_excited_here(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& residual) {
  return has_channel_rows(input) && has_channel_rows(residual) && residual.scalar_type() == input.scalar_type() &&
         residual.sizes() == input.sizes() && scale.numel() == input.size(0) * input.size(1);
}

at::Tensor scale_add_relu(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& residual) {
  return ScaleAddRelu::apply(input, scale, residual);
}

}  // namespace wsol
