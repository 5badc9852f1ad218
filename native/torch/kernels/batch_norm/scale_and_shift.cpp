#include <ATen/ops/empty_like.h>

#include "native/torch/kernels/batch_norm/batch_norm.h"
#include "native/torch/kernels/batch_norm/rows.h"
#include "native/torch/kernels/channel_rows.h"

namespace wsol {

namespace {

template <typename Element>
at::Tensor scale_and_shift_of(const at::Tensor& input, const float* scale, const float* shift, const AfterNorm& after) {
  const Parts parts(input, /*groups=*/1);
  at::Tensor output = at::empty_like(input);
  const auto* const from = input.const_data_ptr<Element>();
  const auto* const residual = after.residual.defined() ? after.residual.const_data_ptr<Element>() : nullptr;
  auto* const to = output.mutable_data_ptr<Element>();
  parts.each([&](int64_t, Rows rows, int64_t offset) {
    batch_norm::normalise(from + offset, residual == nullptr ? nullptr : residual + offset, rows, scale, shift,
                          after.relu, to + offset);
  });
  return output;
}

}  // namespace

at::Tensor scale_and_shift(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& shift,
                           const AfterNorm& after) {
  const auto* const scales = scale.const_data_ptr<float>();
  const auto* const shifts = shift.const_data_ptr<float>();
  return input.scalar_type() == at::kFloat ? scale_and_shift_of<float>(input, scales, shifts, after)
                                           : scale_and_shift_of<c10::BFloat16>(input, scales, shifts, after);
}

}  // namespace wsol
