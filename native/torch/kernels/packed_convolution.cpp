#include "native/torch/kernels/packed_convolution.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/ones.h>

#include <optional>
#include <utility>
#include <vector>

namespace wsol {

namespace {

using Pair = std::vector<int64_t>;

/// Operators that LibTorch's compiler uses; no header declares them.
struct Operators {
  std::optional<c10::OperatorHandle> pack = find("mkldnn::_reorder_convolution_weight", "");
  std::optional<c10::OperatorHandle> convolve = find("mkldnn::_convolution_pointwise", "");
  std::optional<c10::OperatorHandle> convolve_and_add = find("mkldnn::_convolution_pointwise", "binary");

  bool are_found() const { return pack && convolve && convolve_and_add; }

  static std::optional<c10::OperatorHandle> find(const char* name, const char* overload) {
    return c10::Dispatcher::singleton().findSchema({name, overload});
  }
};

const Operators& operators() {
  static const Operators found;
  return found;
}

at::Tensor call(const c10::OperatorHandle& op, std::vector<c10::IValue> arguments) {
  op.callBoxed(&arguments);
  return arguments.front().toTensor();
}

Pair both(int64_t side) { return {side, side}; }

/// LibTorch's builds differ in what they have, and so do processors: a convolution tells.
bool try_packed(at::ScalarType element) {
  if (!operators().are_found()) return false;
  const Sliding sliding = {.stride = 1, .padding = 1};
  const at::Tensor map = at::ones({1, 1, 3, 3}, element).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = at::ones({1, 1, 3, 3}, element), bias = at::ones({1}, at::kFloat);
  try {
    const at::Tensor packed = pack_weight(weight, map, sliding);
    const at::Tensor plain = packed_convolution(map, packed, bias, sliding, {.relu = true});
    const at::Tensor added = packed_convolution(map, packed, bias, sliding, {.residual = map, .relu = true});
    return plain.sum().item<double>() == 58 && added.sum().item<double>() == 67;
  } catch (const c10::Error&) {
    return false;
  }
}

}  // namespace

bool has_packed_convolution(const at::Tensor& map) {
  if (!map.is_cpu()) return false;
  static const bool takes_float = try_packed(at::kFloat), takes_bfloat16 = try_packed(at::kBFloat16);
  if (map.scalar_type() == at::kFloat) return takes_float;
  return map.scalar_type() == at::kBFloat16 && takes_bfloat16;
}

at::Tensor pack_weight(const at::Tensor& weight, const at::Tensor& map, const Sliding& sliding) {
  const int64_t dilation = 1, groups = 1;
  return call(*operators().pack,
              {weight, both(sliding.padding), both(sliding.stride), both(dilation), groups, map.sizes().vec()});
}

at::Tensor packed_convolution(const at::Tensor& map, const at::Tensor& packed, const at::Tensor& bias,
                              const Sliding& sliding, const AfterNorm& after) {
  // Sums of bfloat16 take no other bias.
  const at::Tensor shift = bias.to(map.scalar_type());
  const c10::IValue none, padding = both(sliding.padding), stride = both(sliding.stride), dilation = both(1);
  const c10::IValue scalars = c10::List<std::optional<at::Scalar>>();
  const int64_t groups = 1;
  const at::Tensor sums =
      after.residual.defined()
          ? call(*operators().convolve_and_add, {map, after.residual, packed, shift, padding, stride, dilation, groups,
                                                 "add", none, none, scalars, none})
          : call(*operators().convolve, {map, packed, shift, padding, stride, dilation, groups, "none", scalars, none});
  // Not oneDNN's, of which NaN comes out as 0: nobody would learn that weights are useless.
  return after.relu ? sums.relu_() : sums;
}

}  // namespace wsol
