#include "native/torch/methods/has.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/rand.h>

#include <utility>

#include "native/torch/image_ops.h"

namespace wsol {

namespace {

int64_t tiles_along(int64_t side, int64_t grid_size) { return (side + grid_size - 1) / grid_size; }

}  // namespace

void hide_and_seek(TrainingBatch& batch, const MethodSettings& settings, at::Generator generator) {
  const auto& [grid_size, drop_rate] = settings.has;
  const int64_t rows = tiles_along(batch.images.size(2), grid_size);
  const int64_t columns = tiles_along(batch.images.size(3), grid_size);
  const at::Tensor uniform =
      at::rand({global_count(batch.images.size(0), batch.share), rows, columns}, std::move(generator));
  hide_tiles(batch.images, rows_of(uniform, batch.share) < drop_rate, grid_size);
}

void hide_tiles(const at::Tensor& images, const at::Tensor& hidden, int64_t grid_size) {
  const int64_t height = images.size(2), width = images.size(3);
  const at::Tensor rows = to_device(hidden, images.device()).repeat_interleave(grid_size, 1).narrow(1, 0, height);
  const at::Tensor pixels = rows.repeat_interleave(grid_size, 2).narrow(2, 0, width);
  images.masked_fill_(pixels.unsqueeze(1), 0);
}

}  // namespace wsol
