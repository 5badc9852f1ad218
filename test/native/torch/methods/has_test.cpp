#include "native/torch/methods/has.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "native/torch/train/step_draws.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

at::Tensor hidden_by_has(int64_t count, double drop_rate, int64_t step) {
  TrainingBatch batch{.images = at::ones({count, 3, 10, 9}), .labels = {}, .targets = {}, .num_classes = 2};
  MethodSettings settings = test::method_named("has");
  settings.has.drop_rate = drop_rate;
  hide_and_seek(batch, settings, step_generator(1, step, Draws::kMethod));
  return batch.images.eq(0);
}

TEST(HideAndSeek, ZeroesWholeTilesAndCutsThoseAtTheBorder) {
  const at::Tensor images = at::ones({1, 3, 3, 5});
  hide_tiles(images, at::tensor({1, 0, 1, 0, 1, 0}, at::kLong).to(at::kBool).view({1, 2, 3}), 2);
  const at::Tensor expected = at::tensor({0, 0, 1, 1, 0,  //
                                          0, 0, 1, 1, 0,  //
                                          1, 1, 0, 0, 1},
                                         at::kFloat)
                                  .view({1, 1, 3, 5})
                                  .expand({1, 3, 3, 5});
  EXPECT_TRUE(at::equal(images, expected));
}

TEST(HideAndSeek, HidesEachImagesOwnTilesInAllChannels) {
  const at::Tensor hidden = hidden_by_has(8, 0.5, 0);
  EXPECT_TRUE(at::equal(hidden.select(1, 0), hidden.select(1, 2)));
  EXPECT_FALSE(at::equal(hidden[0], hidden[1]));
  // Tiles of 4 pixels: what holds for a tile's corner holds for all of it.
  EXPECT_TRUE(at::equal(hidden.slice(2, 0, 10, 4).repeat_interleave(4, 2).slice(2, 0, 10), hidden));
  EXPECT_TRUE(at::equal(hidden.slice(3, 0, 9, 4).repeat_interleave(4, 3).slice(3, 0, 9), hidden));
}

TEST(HideAndSeek, HidesAsManyAsTheRateSays) {
  EXPECT_FALSE(hidden_by_has(2, 0, 0).any().item<bool>());
  EXPECT_TRUE(hidden_by_has(2, 1, 0).all().item<bool>());
  EXPECT_NEAR(hidden_by_has(500, 0.25, 0).to(at::kFloat).mean().item<double>(), 0.25, 0.02);
}

TEST(HideAndSeek, DrawsTheSameForTheSameStepAndPositionWhateverTheBatchSize) {
  EXPECT_TRUE(at::equal(hidden_by_has(4, 0.5, 7), hidden_by_has(4, 0.5, 7)));
  EXPECT_TRUE(at::equal(hidden_by_has(4, 0.5, 7).slice(0, 0, 3), hidden_by_has(3, 0.5, 7)));
  EXPECT_FALSE(at::equal(hidden_by_has(4, 0.5, 7), hidden_by_has(4, 0.5, 8)));
}

}  // namespace

}  // namespace wsol
