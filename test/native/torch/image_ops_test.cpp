#include "native/torch/image_ops.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "native/torch/errors.h"
#include "torch/golden.h"

namespace wsol {

namespace {

at::Generator generator_of(uint64_t seed) { return at::detail::createCPUGenerator(seed); }

at::Tensor some_images(int64_t count, int64_t height, int64_t width) {
  return at::randint(0, 256, {count, height, width, 3}, generator_of(1), at::kByte);
}

/// Pillow's bilinear filter by its definition: a triangle as wide as the scale, normalised, one axis after the other.
at::Tensor triangle_weights(int64_t from, int64_t to) {
  at::Tensor weights = at::zeros({to, from}, at::kDouble);
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double support = std::max(scale, 1.0);
  for (int64_t out = 0; out < to; ++out) {
    const double centre = (static_cast<double>(out) + 0.5) * scale;
    for (int64_t in = 0; in < from; ++in) {
      const double distance = std::abs(static_cast<double>(in) + 0.5 - centre) / support;
      if (distance < 1) weights[out][in] = 1 - distance;
    }
  }
  return weights / weights.sum(1, true);
}

TEST(ResizeBilinear, AgreesWithPillowsFilterWithinOneLevel) {
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{16, 12}, {50, 41}, {90, 7}}) {
    const at::Tensor image = some_images(1, 50, 37)[0];
    const at::Tensor resized = resize_bilinear(image, height, width);
    EXPECT_EQ(resized.sizes(), at::IntArrayRef({height, width, 3}));
    EXPECT_TRUE(resized.is_contiguous());
    const at::Tensor planes = image.permute({2, 0, 1}).to(at::kDouble);
    const at::Tensor exact = triangle_weights(50, height).matmul(planes).matmul(triangle_weights(37, width).t());
    const at::Tensor difference = (resized.permute({2, 0, 1}).to(at::kDouble) - exact).abs().max();
    EXPECT_LE(difference.item<double>(), 1.5) << height << " x " << width;
  }
}

TEST(ResizeBilinear, LeavesTheCallersThreadsAlone) {
  const int before = at::get_num_threads();
  resize_bilinear(some_images(1, 9, 9)[0], 4, 4);
  EXPECT_EQ(at::get_num_threads(), before);
}

TEST(ResizeBilinear, RejectsWhatIsNoImage) {
  EXPECT_THROW(resize_bilinear(at::zeros({4, 4, 3}), 2, 2), InvalidArgument);
  EXPECT_THROW(resize_bilinear(at::zeros({4, 4, 4}, at::kByte), 2, 2), InvalidArgument);
  EXPECT_THROW(resize_bilinear(at::zeros({0, 4, 3}, at::kByte), 2, 2), InvalidArgument);
  EXPECT_THROW(resize_bilinear(at::zeros({4, 4, 3}, at::kByte), 0, 2), InvalidArgument);
}

TEST(NormaliseImages, UsesImageNetsMeanAndDeviationAndKeepsChannelsLast) {
  at::Tensor images = at::zeros({1, 2, 2, 3}, at::kByte);
  images[0][1][0] = at::tensor({255, 128, 51}, at::kByte);
  const at::Tensor normalised = normalise_images(images, PixelConstants(test::imagenet_pixels()));
  EXPECT_EQ(normalised.sizes(), at::IntArrayRef({1, 3, 2, 2}));
  EXPECT_TRUE(normalised.is_contiguous(at::MemoryFormat::ChannelsLast));
  const at::Tensor expected =
      at::tensor({(1 - 0.485) / 0.229, (128 / 255.0 - 0.456) / 0.224, (0.2 - 0.406) / 0.225}, at::kDouble);
  EXPECT_TRUE(at::allclose(normalised.permute({0, 2, 3, 1})[0][1][0].to(at::kDouble), expected, 0, 1e-6));
  EXPECT_NEAR(normalised[0][0][0][0].item<double>(), -0.485 / 0.229, 1e-6);
}

TEST(NormaliseImages, UsesTheMeanAndDeviationThatItIsGiven) {
  const at::Tensor images = at::tensor({255, 128, 51}, at::kByte).view({1, 1, 1, 3});
  const at::Tensor normalised =
      normalise_images(images, PixelConstants({.mean = {0.5, 0, 0.25}, .deviation = {0.5, 1, 2}}));
  const at::Tensor expected = at::tensor({1.0, 128 / 255.0, (0.2 - 0.25) / 2}, at::kDouble);
  EXPECT_TRUE(at::allclose(normalised.flatten().to(at::kDouble), expected, 0, 1e-6));
}

TEST(CropAndFlip, CutsAndMirrorsEachImageAsDrawn) {
  const at::Tensor images = some_images(2, 6, 5);
  const CropDraws draws = {.top = at::tensor({2, 0}, at::kLong),
                           .left = at::tensor({1, 2}, at::kLong),
                           .flipped = at::tensor({0, 1}, at::kLong).to(at::kBool)};
  const at::Tensor crops = crop_and_flip(images, draws, 3);
  EXPECT_TRUE(at::equal(crops[0], images[0].slice(0, 2, 5).slice(1, 1, 4)));
  EXPECT_TRUE(at::equal(crops[1], images[1].slice(0, 0, 3).slice(1, 2, 5).flip({1})));
}

TEST(CropAndFlip, AWholeImageWithoutFlipIsTheImage) {
  const at::Tensor images = some_images(3, 4, 4);
  EXPECT_TRUE(at::equal(crop_and_flip(images, draw_crops(3, 4, 4, 4, 0, generator_of(1)), 4), images));
}

TEST(DrawCrops, FollowFromTheGeneratorAndReachEveryOffset) {
  const CropDraws first = draw_crops(400, 6, 5, 3, 0.25, generator_of(9));
  const CropDraws again = draw_crops(400, 6, 5, 3, 0.25, generator_of(9));
  EXPECT_TRUE(at::equal(first.top, again.top));
  EXPECT_TRUE(at::equal(first.left, again.left));
  EXPECT_TRUE(at::equal(first.flipped, again.flipped));
  EXPECT_EQ(first.top.min().item<int64_t>(), 0);
  EXPECT_EQ(first.top.max().item<int64_t>(), 3);
  EXPECT_EQ(first.left.max().item<int64_t>(), 2);
  EXPECT_NEAR(first.flipped.to(at::kDouble).mean().item<double>(), 0.25, 0.1);
}

TEST(DrawCrops, FlipsNeverAtZeroAndAlwaysAtOne) {
  EXPECT_FALSE(draw_crops(50, 4, 4, 2, 0, generator_of(1)).flipped.any().item<bool>());
  EXPECT_TRUE(draw_crops(50, 4, 4, 2, 1, generator_of(1)).flipped.all().item<bool>());
}

TEST(DrawCrops, RejectsACropLargerThanTheImages) {
  EXPECT_THROW(draw_crops(1, 4, 8, 5, 0, generator_of(1)), InvalidArgument);
  EXPECT_THROW(draw_crops(1, 8, 4, 5, 0, generator_of(1)), InvalidArgument);
}

}  // namespace

}  // namespace wsol
