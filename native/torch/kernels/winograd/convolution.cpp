#include "native/torch/kernels/winograd/convolution.h"

#include <ATen/cpu/Utils.h>
#include <ATen/ops/empty.h>

#include <algorithm>

#include "native/torch/kernels/gemm.h"
#include "native/torch/kernels/lanes.h"
#include "native/torch/kernels/parallel.h"
#include "native/torch/kernels/winograd/transforms.h"

namespace wsol::winograd {

namespace {

/// Tiles that a thread takes through all three steps before the next ones: what is in between stays in the processor's
/// cache.
constexpr int64_t kTilesAtOnce = 32;
/// With fewer, transforming the weights takes longer than the products that are saved.
constexpr int64_t kFewestTiles = 128;
/// Of one image, so that what becomes of it does not depend on its batch.
constexpr int64_t kFewestTilesOfImage = 30;
/// Of both sides' transformed tiles in the weights' gradient.
constexpr int64_t kBytesAtOnce = int64_t{8} << 20;

Tiling tiling_of(const at::Tensor& map) { return {.images = map.size(0), .height = map.size(2), .width = map.size(3)}; }

template <typename Element>
at::Tensor numbers(int64_t count) {
  return at::empty({count}, c10::CppTypeToScalarType<Element>::value);
}

at::Tensor in_channels_last(const at::Tensor& map) { return map.contiguous(at::MemoryFormat::ChannelsLast); }

template <typename Element>
using TransformWeight = void (*)(const float* weight, int64_t in, int64_t out, int64_t first, int64_t count,
                                 Element* to);

template <typename Element>
at::Tensor transformed_weight(const at::Tensor& weight, TransformWeight<Element> transform) {
  const int64_t out = weight.size(0), in = weight.size(1);
  at::Tensor transformed = numbers<Element>(kPlaces * in * out);
  const float* const from = weight.const_data_ptr<float>();
  auto* const to = transformed.mutable_data_ptr<Element>();
  parallel_ranges(out / kLanes, [&](int64_t begin, int64_t end) {
    transform(from, in, out, begin * kLanes, (end - begin) * kLanes, to);
  });
  return transformed;
}

/// `transformed` is [place, out / kPanel, in, kPanel].
template <typename Element>
at::Tensor convolve_with(const at::Tensor& input, const at::Tensor& transformed, int64_t out,
                         const Finish<Element>& finish = {}) {
  const Tiling tiling = tiling_of(input);
  const int64_t in = input.size(1), total = tiling.count();
  const int64_t ranges = (total + kTilesAtOnce - 1) / kTilesAtOnce;
  // Of equal size, where few are shared out among threads.
  const int64_t at_once = (total + ranges - 1) / ranges;
  at::Tensor output =
      at::empty({tiling.images, out, tiling.height, tiling.width}, input.scalar_type(), at::MemoryFormat::ChannelsLast);
  const auto* const weight = transformed.const_data_ptr<Element>();
  const auto* const from = input.const_data_ptr<Element>();
  auto* const to = output.mutable_data_ptr<Element>();
  parallel_ranges(ranges, [&](int64_t begin, int64_t end) {
    const Gemm gemm;
    const at::Tensor values_of_tiles = numbers<Element>(kPlaces * kTilesAtOnce * in);
    const at::Tensor products_of_panel = numbers<float>(kPlaces * kTilesAtOnce * kPanel);
    auto* const values = values_of_tiles.mutable_data_ptr<Element>();
    auto* const products = products_of_panel.mutable_data_ptr<float>();
    for (int64_t index = begin; index < end; ++index) {
      const TileRange tiles = nth_range(index, at_once, total);
      Transforms<Element>::input(from, tiling, in, tiles, values, kTilesAtOnce);
      for (int64_t panel = 0; panel < out / kPanel; ++panel) {
        for (int64_t place = 0; place < kPlaces; ++place) {
          gemm({.rows = tiles.count, .columns = kPanel, .inner = in, .a_row = in, .b_row = kPanel, .c_row = kPanel},
               values + place * kTilesAtOnce * in, weight + (place * (out / kPanel) + panel) * in * kPanel,
               products + place * kTilesAtOnce * kPanel, /*accumulate=*/false);
        }
        Transforms<Element>::output(products, tiling, out, tiles, kTilesAtOnce, panel * kPanel, finish, to);
      }
    }
  });
  return output;
}

template <typename Element>
at::Tensor weight_gradient_of(const at::Tensor& gradient, const at::Tensor& input) {
  const Tiling tiling = tiling_of(input);
  const int64_t in = input.size(1), out = gradient.size(1), total = tiling.count();
  // So many that the sums, which all ranges add to, travel no more often than the tiles.
  const int64_t bytes = std::max<int64_t>(kBytesAtOnce, kPlaces * in * out * int64_t{sizeof(float)});
  const int64_t wanted = bytes / (kPlaces * (in + out) * int64_t{sizeof(Element)});
  const int64_t at_once = std::min((wanted + kLanes - 1) / kLanes, (total + kLanes - 1) / kLanes) * kLanes;
  // Rows a power of two apart would share few places of the processor's cache.
  const int64_t row = at_once + 2 * kLanes;
  const at::Tensor values = numbers<Element>(kPlaces * in * at_once), changes = numbers<Element>(kPlaces * out * row);
  const at::Tensor sums = numbers<float>(kPlaces * in * out);
  auto* const value = values.mutable_data_ptr<Element>();
  auto* const change = changes.mutable_data_ptr<Element>();
  auto* const sum = sums.mutable_data_ptr<float>();
  const auto* const from_input = input.const_data_ptr<Element>();
  const auto* const from_gradient = gradient.const_data_ptr<Element>();
  for (int64_t first = 0; first < total; first += at_once) {
    const int64_t count = std::min(at_once, total - first);
    parallel_ranges((count + kLanes - 1) / kLanes, [&](int64_t begin, int64_t end) {
      const TileRange tiles = {.first = first + begin * kLanes,
                               .count = std::min(end * kLanes, count) - begin * kLanes};
      Transforms<Element>::input_panels(from_input, tiling, in, tiles, value + begin * kLanes * kPanel, at_once);
      Transforms<Element>::output_gradient(from_gradient, tiling, out, tiles, change + begin * kLanes, row);
    });
    const int64_t inner = (count + kInterleaved<Element> - 1) / kInterleaved<Element> * kInterleaved<Element>;
    parallel_ranges(kPlaces * (in / kPanel), [&](int64_t begin, int64_t end) {
      const Gemm gemm;
      for (int64_t panel = begin; panel < end; ++panel) {
        const int64_t place = panel / (in / kPanel);
        gemm({.rows = out, .columns = kPanel, .inner = inner, .a_row = row, .b_row = kPanel, .c_row = kPanel},
             change + place * out * row, value + panel * at_once * kPanel, sum + panel * out * kPanel,
             /*accumulate=*/first > 0);
      }
    });
  }
  at::Tensor result = at::empty({out, in, kKernel, kKernel}, at::kFloat, at::MemoryFormat::ChannelsLast);
  auto* const to = result.mutable_data_ptr<float>();
  parallel_ranges(out,
                  [&](int64_t begin, int64_t end) { transform_weight_gradient(sum, in, out, begin, end - begin, to); });
  return result;
}

template <typename Element>
at::Tensor convolve_maps(const at::Tensor& map, const at::Tensor& weight, bool is_turned) {
  using Of = Transforms<Element>;
  return convolve_with<Element>(
      in_channels_last(map),
      transformed_weight<Element>(in_channels_last(weight), is_turned ? Of::turned_weight : Of::weight),
      weight.size(is_turned ? 1 : 0));
}

template <typename Element>
at::Tensor convolve_and_finish(const at::Tensor& input, const at::Tensor& transformed, const at::Tensor& bias,
                               const AfterNorm& after) {
  const at::Tensor residual = after.residual.defined() ? in_channels_last(after.residual) : at::Tensor();
  return convolve_with<Element>(input, transformed, bias.size(0),
                                {.bias = bias.const_data_ptr<float>(),
                                 .residual = residual.defined() ? residual.const_data_ptr<Element>() : nullptr,
                                 .relu = after.relu});
}

bool is_served(const at::Tensor& input, const at::Tensor& weight) {
  const bool has_type = input.scalar_type() == at::kFloat || input.scalar_type() == at::kBFloat16;
  const bool fits = weight.size(2) == kKernel && weight.size(3) == kKernel && weight.size(0) % kPanel == 0 &&
                    weight.size(1) % kPanel == 0 && has_type && weight.scalar_type() == at::kFloat && input.is_cpu() &&
                    input.is_contiguous(at::MemoryFormat::ChannelsLast);
  if (!fits) return false;
  return input.scalar_type() == at::kFloat ? has_gemm<float>() : has_gemm<c10::BFloat16>();
}

}  // namespace

bool is_worthwhile(const at::Tensor& input, const at::Tensor& weight) {
  return tiling_of(input).count() >= kFewestTiles && is_served(input, weight);
}

bool is_worthwhile_transformed(const at::Tensor& input, const at::Tensor& weight) {
  // Where the processor has matrix tiles (AMX), products of bfloat16 are so fast that the transforms take longer than
  // what they save.
  static const bool has_tiles = at::cpu::init_amx();
  if (input.scalar_type() == at::kBFloat16 && has_tiles) return false;
  const Tiling tiling = tiling_of(input);
  return tiling.rows() * tiling.columns() >= kFewestTilesOfImage && is_served(input, weight);
}

at::Tensor transform_weight(const at::Tensor& weight, at::ScalarType element) {
  const at::Tensor laid_out = in_channels_last(weight);
  return element == at::kFloat ? transformed_weight<float>(laid_out, Transforms<float>::weight)
                               : transformed_weight<c10::BFloat16>(laid_out, Transforms<c10::BFloat16>::weight);
}

at::Tensor convolve_transformed(const at::Tensor& input, const at::Tensor& transformed, const at::Tensor& bias,
                                const AfterNorm& after) {
  return input.scalar_type() == at::kFloat ? convolve_and_finish<float>(input, transformed, bias, after)
                                           : convolve_and_finish<c10::BFloat16>(input, transformed, bias, after);
}

at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight) {
  return input.scalar_type() == at::kFloat ? convolve_maps<float>(input, weight, /*is_turned=*/false)
                                           : convolve_maps<c10::BFloat16>(input, weight, /*is_turned=*/false);
}

at::Tensor input_gradient(const at::Tensor& gradient, const at::Tensor& weight) {
  return gradient.scalar_type() == at::kFloat ? convolve_maps<float>(gradient, weight, /*is_turned=*/true)
                                              : convolve_maps<c10::BFloat16>(gradient, weight, /*is_turned=*/true);
}

at::Tensor weight_gradient(const at::Tensor& gradient, const at::Tensor& input) {
  const at::Tensor changes = in_channels_last(gradient), values = in_channels_last(input);
  return input.scalar_type() == at::kFloat ? weight_gradient_of<float>(changes, values)
                                           : weight_gradient_of<c10::BFloat16>(changes, values);
}

}  // namespace wsol::winograd
