#include "native/torch/distributed/process_group.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "native/torch/errors.h"
#include "torch/distributed/processes.h"

namespace wsol {

namespace {

TEST(ProcessGroup, AddsUpAndGathersInTheOrderOfTheRanks) {
  test::with_processes(3, [](ProcessGroup& processes) {
    const int64_t rank = processes.share().rank;
    const at::Tensor values = at::full({2}, static_cast<double>(rank + 1), at::kDouble);
    processes.training().sum(values);
    EXPECT_TRUE(at::equal(values, at::full({2}, 6, at::kDouble)));

    const std::vector<at::Tensor> all = processes.messages().gather(at::full({rank}, rank, at::kByte));
    ASSERT_EQ(all.size(), 3);
    for (int64_t other = 0; other < 3; ++other) {
      EXPECT_TRUE(at::equal(all[other], at::full({other}, other, at::kByte))) << other;
    }
  });
}

TEST(ProcessGroup, SendsWhatTheFirstHasInAnyLayoutAndType) {
  test::with_processes(2, [](ProcessGroup& processes) {
    const auto rank = static_cast<double>(processes.share().rank);
    const at::Tensor floats =
        (at::arange(24, at::kFloat).view({1, 2, 3, 4}) + 100 * rank).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor counts = at::full({}, 5 + rank, at::kLong);
    processes.training().broadcast({floats, counts});
    EXPECT_TRUE(at::equal(floats, at::arange(24, at::kFloat).view({1, 2, 3, 4})));
    EXPECT_EQ(counts.item<int64_t>(), 5);
  });
}

TEST(ProcessGroup, TellsThatAnotherProcessIsGone) {
  test::with_processes(2, [](std::unique_ptr<ProcessGroup>& processes) {
    if (processes->share().rank == 1) {
      processes.reset();
      return;
    }
    EXPECT_THROW(processes->training().sum(at::ones({1}, at::kDouble)), LostProcess);
    EXPECT_THROW(processes->messages().gather(at::empty({3}, at::kByte)), LostProcess);
  });
}

TEST(ProcessGroup, DoesNotWaitForeverForOthersToComeToTheStore) {
  const Rendezvous alone = {.address = "127.0.0.1",
                            .port = test::free_port(),
                            .keeps_store = true,
                            .name = "test",
                            .share = {.rank = 0, .world_size = 2},
                            .seconds = 1};
  EXPECT_THROW(ProcessGroup{alone}, LostProcess);
}

TEST(ProcessGroup, DoesNotWaitForeverForTheStore) {
  const Rendezvous alone = {.address = "127.0.0.1",
                            .port = 1,
                            .keeps_store = false,
                            .name = "test",
                            .share = {.rank = 1, .world_size = 2},
                            .seconds = 1};
  EXPECT_THROW(ProcessGroup{alone}, LostProcess);
}

}  // namespace

}  // namespace wsol
