#include "native/torch/image_ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/index.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <c10/core/InferenceMode.h>

#include <string>

#include "native/torch/device.h"
#include "native/torch/errors.h"

namespace wsol {

at::Tensor resize_bilinear(const at::Tensor& image, int64_t height, int64_t width) {
  if (image.dim() != 3 || image.size(2) != 3 || image.scalar_type() != at::kByte || image.numel() == 0) {
    throw InvalidArgument("image", "8-bit height x width x 3", c10::str(image.scalar_type(), " ", image.sizes()));
  }
  if (height < 1 || width < 1) {
    throw InvalidArgument("size", "1 x 1 or more", std::to_string(width) + " x " + std::to_string(height));
  }
  const c10::InferenceMode no_gradients;
  const SerialRegion serial;
  const at::Tensor planes = image.permute({2, 0, 1}).unsqueeze(0);
  const bool align_corners = false;
  const at::Tensor resized = at::_upsample_bilinear2d_aa(planes, {height, width}, align_corners);
  return resized.squeeze(0).permute({1, 2, 0}).contiguous();
}

void validate_images(const at::Tensor& images) {
  if (images.dim() == 4 && images.size(3) == 3 && images.scalar_type() == at::kByte && images.numel() > 0) return;
  throw InvalidArgument("batch", "8-bit images, count x height x width x 3, at least one",
                        c10::str(images.scalar_type(), " ", images.sizes()));
}

at::Tensor to_device(const at::Tensor& images, c10::Device device) {
  const bool non_blocking = true;
  return images.to(device, images.scalar_type(), non_blocking);
}

at::Tensor normalise_images(const at::Tensor& images) {
  const at::TensorOptions on_device = images.options().dtype(at::kFloat);
  const at::Tensor mean = at::tensor({0.485f * 255, 0.456f * 255, 0.406f * 255}, on_device).view({1, 3, 1, 1});
  const at::Tensor deviation = at::tensor({0.229f * 255, 0.224f * 255, 0.225f * 255}, on_device).view({1, 3, 1, 1});
  // The permuted NHWC block is an NCHW tensor in channels_last already.
  return images.permute({0, 3, 1, 2}).to(at::kFloat).sub_(mean).div_(deviation);
}

CropDraws draw_crops(int64_t count, int64_t height, int64_t width, int64_t crop, double flip, at::Generator generator) {
  if (crop < 1 || crop > height || crop > width) {
    throw InvalidArgument("cropSize", "1 or more, at most the images' height and width",
                          std::to_string(crop) + " for " + std::to_string(width) + " x " + std::to_string(height));
  }
  return {.top = at::randint(0, height - crop + 1, {count}, generator, at::kLong),
          .left = at::randint(0, width - crop + 1, {count}, generator, at::kLong),
          .flipped = at::rand({count}, generator, at::kDouble).lt(flip)};
}

at::Tensor crop_and_flip(const at::Tensor& images, const CropDraws& draws, int64_t crop) {
  const at::Tensor along = at::arange(crop);
  const at::Tensor rows = draws.top.unsqueeze(1) + along;
  const at::Tensor columns =
      draws.left.unsqueeze(1) + at::where(draws.flipped.unsqueeze(1), crop - 1 - along, along);
  const at::Tensor image = at::arange(images.size(0)).view({-1, 1, 1});
  const c10::Device device = images.device();
  return at::index(images, {image.to(device), rows.unsqueeze(2).to(device), columns.unsqueeze(1).to(device)});
}

}  // namespace wsol
