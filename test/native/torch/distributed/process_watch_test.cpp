#include "native/torch/distributed/process_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <optional>

#include "native/torch/errors.h"
#include "torch/distributed/processes.h"

namespace wsol {

namespace {

/// How long a test waits for what should come at once.
constexpr auto kLong = std::chrono::seconds(20);

TEST(ProcessWatch, TellsEachOfTheOthersThatOneHasLeft) {
  std::atomic<int> told = 0;
  test::with_processes(3, [&](std::unique_ptr<ProcessGroup>& processes) {
    // As the system leaves it: its connections are closed, and it said nothing.
    if (processes->share().rank == 1) return processes.reset();
    std::promise<void> left;
    const ProcessWatch watch(processes->take_watch_channel(), [&] {
      ++told;
      left.set_value();
    });
    EXPECT_EQ(left.get_future().wait_for(kLong), std::future_status::ready);
  });
  EXPECT_EQ(told, 2);
}

TEST(ProcessWatch, SaysNothingWhereItIsThisProcessThatLeaves) {
  std::atomic<int> told[2] = {0, 0};
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& processes) {
    const int64_t rank = processes->share().rank;
    std::promise<void> left;
    std::optional<ProcessWatch> watch(std::in_place, processes->take_watch_channel(), [&] {
      ++told[rank];
      left.set_value();
    });
    for (int turn = 0; turn < 5; ++turn) {
      EXPECT_EQ(processes->messages().gather(at::full({2}, rank, at::kByte)).size(), 2);
    }
    EXPECT_EQ(told[rank], 0);
    processes->messages().gather(at::zeros({1}, at::kByte));
    if (rank == 1) {
      EXPECT_EQ(left.get_future().wait_for(kLong), std::future_status::ready);
    }
    watch.reset();
  });
  EXPECT_EQ(told[0], 0);
  EXPECT_EQ(told[1], 1);
}

TEST(ProcessWatch, HasAChannelForOneOnly) {
  test::with_processes(1, [](ProcessGroup& processes) {
    EXPECT_NE(processes.take_watch_channel(), nullptr);
    EXPECT_THROW(processes.take_watch_channel(), Error);
  });
}

TEST(DistributedBackends, NcclTakesAnAddonOfItsOwn) {
  EXPECT_FALSE(has_nccl());
  test::with_processes(1, [](ProcessGroup& processes) {
    const DistributedBackend& nccl = distributed_backends()[1];
    EXPECT_EQ(nccl.name, "nccl");
    EXPECT_THROW(processes.training().exchange_on_gpus_by(nccl), DeviceUnavailable);
  });
}

}  // namespace

}  // namespace wsol
