#include "native/torch/methods/has.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "native/torch/train/step_draws.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

at::Tensor hidden_by_has(int64_t count, double drop_rate, int64_t step, const Share& share = kWholeBatch) {
  TrainingBatch batch{.images = at::ones({count, 3, 10, 9}),
                      .labels = {},
                      .present = {},
                      .targets = {},
                      .num_classes = 2,
                      .share = share};
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

TEST(HideAndSeek, ProcessesThatShareABatchHideWhatOneAloneHides) {
  const at::Tensor alone = hidden_by_has(6, 0.5, 7);
  const auto of_rank = [](int64_t rank, int64_t world_size) {
    return hidden_by_has(6 / world_size, 0.5, 7, {.rank = rank, .world_size = world_size});
  };
  for (const int64_t world_size : {2, 3, 6}) {
    for (int64_t rank = 0; rank < world_size; ++rank) {
      EXPECT_TRUE(at::equal(of_rank(rank, world_size), alone.slice(0, rank, 6, world_size)));
    }
  }
}

TEST(HideAndSeek, TheDrawsOfAPositionDoNotDependOnThoseBeforeAndBehindIt) {
  // Positions 1 and 3 of batches of 4 and of 6 images.
  const at::Tensor of_four = hidden_by_has(2, 0.5, 7, {.rank = 1, .world_size = 2});
  const at::Tensor of_six = hidden_by_has(3, 0.5, 7, {.rank = 1, .world_size = 2});
  EXPECT_TRUE(at::equal(of_four, of_six.slice(0, 0, 2)));
  EXPECT_TRUE(at::equal(of_six[1], hidden_by_has(4, 0.5, 7)[3]));
}

}  // namespace

}  // namespace wsol
