#pragma once

#include "native/torch/methods/method.h"

namespace wsol {

/// Hide-and-Seek (Singh and Lee, ICCV 2017): each tile of each image is zeroed at random. The draws of an image are a
/// function of its position in the global batch.
void hide_and_seek(TrainingBatch& batch, const MethodSettings& settings, at::Generator generator);

/// Zeroes the tiles of [N, 3, H, W] `images` where `hidden` (bool [N, rows, columns], on any device) says so; tiles are
/// squares of `grid_size` pixels from the upper left, cut at the border.
void hide_tiles(const at::Tensor& images, const at::Tensor& hidden, int64_t grid_size);

}  // namespace wsol
