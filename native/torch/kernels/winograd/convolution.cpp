#include "native/torch/kernels/winograd/convolution.h"

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
/// Of both sides' transformed tiles in the weights' gradient.
constexpr int64_t kBytesAtOnce = int64_t{8} << 20;

Tiling tiling_of(const at::Tensor& map) { return {.images = map.size(0), .height = map.size(2), .width = map.size(3)}; }

at::Tensor floats(int64_t count) { return at::empty({count}, at::kFloat); }

at::Tensor empty_map(const Tiling& tiling, int64_t channels) {
  return at::empty({tiling.images, channels, tiling.height, tiling.width}, at::kFloat, at::MemoryFormat::ChannelsLast);
}

at::Tensor in_channels_last(const at::Tensor& map) { return map.contiguous(at::MemoryFormat::ChannelsLast); }

using TransformWeight = void (*)(const float* weight, int64_t in, int64_t out, int64_t first, int64_t count, float* to);

at::Tensor transformed_weight(const at::Tensor& weight, TransformWeight transform) {
  const int64_t out = weight.size(0), in = weight.size(1);
  at::Tensor transformed = floats(kPlaces * in * out);
  const float* const from = weight.const_data_ptr<float>();
  auto* const to = transformed.mutable_data_ptr<float>();
  parallel_ranges(out / kLanes, [&](int64_t begin, int64_t end) {
    transform(from, in, out, begin * kLanes, (end - begin) * kLanes, to);
  });
  return transformed;
}

/// `transformed` is [place, out / kPanel, in, kPanel].
at::Tensor convolve_with(const at::Tensor& input, const at::Tensor& transformed, int64_t out) {
  const Tiling tiling = tiling_of(input);
  const int64_t in = input.size(1), total = tiling.count();
  const int64_t ranges = (total + kTilesAtOnce - 1) / kTilesAtOnce;
  at::Tensor output = empty_map(tiling, out);
  const float* const weight = transformed.const_data_ptr<float>();
  const float* const from = input.const_data_ptr<float>();
  auto* const to = output.mutable_data_ptr<float>();
  parallel_ranges(ranges, [&](int64_t begin, int64_t end) {
    const at::Tensor scratch = floats(kPlaces * kTilesAtOnce * (in + kPanel));
    auto* const values = scratch.mutable_data_ptr<float>();
    float* const products = values + kPlaces * kTilesAtOnce * in;
    for (int64_t index = begin; index < end; ++index) {
      const TileRange tiles = nth_range(index, kTilesAtOnce, total);
      transform_input(from, tiling, in, tiles, values, kTilesAtOnce);
      for (int64_t panel = 0; panel < out / kPanel; ++panel) {
        for (int64_t place = 0; place < kPlaces; ++place) {
          gemm({.rows = tiles.count, .columns = kPanel, .inner = in, .a_row = in, .b_row = kPanel, .c_row = kPanel},
               values + place * kTilesAtOnce * in, weight + (place * (out / kPanel) + panel) * in * kPanel,
               products + place * kTilesAtOnce * kPanel, /*accumulate=*/false);
        }
        transform_output(products, tiling, out, tiles, kTilesAtOnce, panel * kPanel, to);
      }
    }
  });
  return output;
}

}  // namespace

bool is_worthwhile(const at::Tensor& input, const at::Tensor& weight) {
  const bool fits = weight.size(2) == kKernel && weight.size(3) == kKernel && weight.size(0) % kPanel == 0 &&
                    weight.size(1) % kPanel == 0 && input.scalar_type() == at::kFloat &&
                    weight.scalar_type() == at::kFloat && input.is_cpu() &&
                    input.is_contiguous(at::MemoryFormat::ChannelsLast);
  return fits && tiling_of(input).count() >= kFewestTiles && has_gemm();
}

at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight) {
  return convolve_with(in_channels_last(input), transformed_weight(in_channels_last(weight), transform_weight),
                       weight.size(0));
}

at::Tensor input_gradient(const at::Tensor& gradient, const at::Tensor& weight) {
  return convolve_with(in_channels_last(gradient),
                       transformed_weight(in_channels_last(weight), transform_turned_weight), weight.size(1));
}

at::Tensor weight_gradient(const at::Tensor& output_gradient, const at::Tensor& input_map) {
  const at::Tensor gradient = in_channels_last(output_gradient), input = in_channels_last(input_map);
  const Tiling tiling = tiling_of(input);
  const int64_t in = input.size(1), out = gradient.size(1), total = tiling.count();
  // So many that the sums, which all ranges add to, travel no more often than the tiles.
  const int64_t bytes = std::max<int64_t>(kBytesAtOnce, kPlaces * in * out * int64_t{sizeof(float)});
  const int64_t wanted = bytes / (kPlaces * (in + out) * int64_t{sizeof(float)});
  const int64_t at_once = std::min((wanted + kLanes - 1) / kLanes, (total + kLanes - 1) / kLanes) * kLanes;
  // Rows a power of two apart would share few places of the processor's cache.
  const int64_t row = at_once + kLanes;
  const at::Tensor values = floats(kPlaces * in * at_once), changes = floats(kPlaces * out * row);
  const at::Tensor sums = floats(kPlaces * in * out);
  auto* const value = values.mutable_data_ptr<float>();
  auto* const change = changes.mutable_data_ptr<float>();
  auto* const sum = sums.mutable_data_ptr<float>();
  const float* const from_input = input.const_data_ptr<float>();
  const float* const from_gradient = gradient.const_data_ptr<float>();
  for (int64_t first = 0; first < total; first += at_once) {
    const int64_t count = std::min(at_once, total - first);
    parallel_ranges((count + kLanes - 1) / kLanes, [&](int64_t begin, int64_t end) {
      const TileRange tiles = {.first = first + begin * kLanes,
                               .count = std::min(end * kLanes, count) - begin * kLanes};
      transform_input_panels(from_input, tiling, in, tiles, value + begin * kLanes * kPanel, at_once);
      transform_output_gradient(from_gradient, tiling, out, tiles, change + begin * kLanes, row);
    });
    parallel_ranges(kPlaces * (in / kPanel), [&](int64_t begin, int64_t end) {
      for (int64_t panel = begin; panel < end; ++panel) {
        const int64_t place = panel / (in / kPanel);
        gemm({.rows = out, .columns = kPanel, .inner = count, .a_row = row, .b_row = kPanel, .c_row = kPanel},
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

}  // namespace wsol::winograd
