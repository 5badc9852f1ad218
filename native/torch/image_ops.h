#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>

#include "native/torch/models/pixel_constants.h"

namespace wsol {

/// Antialiased bilinear resize by Pillow's formula, aspect ignored. `image`: uint8 [H, W, 3] on the CPU; the result is
/// new, contiguous [height, width, 3]. Serial: meant for pool threads.
at::Tensor resize_bilinear(const at::Tensor& image, int64_t height, int64_t width);

/// Throws InvalidArgument for anything but uint8 [N, H, W, 3] with at least one image and pixel.
void validate_images(const at::Tensor& images);

/// Moves a tensor to the device; the copy may still run on a GPU's stream when this returns.
at::Tensor to_device(const at::Tensor& tensor, c10::Device device);

/// uint8 [N, H, W, 3] to float32 [N, 3, H, W], channels_last, scaled to [0, 1], minus the mean, over the deviation.
at::Tensor normalise_images(const at::Tensor& images, const PixelConstants& constants);

/// Where each image of a batch is cut, and which are mirrored: int64 [N] on the CPU.
struct CropDraws {
  at::Tensor top;
  at::Tensor left;
  at::Tensor flipped;
};

/// Uniform offsets of a crop of `crop` pixels in images of height x width, and flips with probability `flip`, all from
/// `generator` (on the CPU, so that the draws do not depend on the device).
CropDraws draw_crops(int64_t count, int64_t height, int64_t width, int64_t crop, double flip, at::Generator generator);

/// Applies the draws where the images lie: uint8 [N, H, W, 3] to [N, crop, crop, 3].
at::Tensor crop_and_flip(const at::Tensor& images, const CropDraws& draws, int64_t crop);

}  // namespace wsol
