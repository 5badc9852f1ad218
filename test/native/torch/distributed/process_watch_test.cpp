#include "native/torch/distributed/process_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

#include "native/torch/errors.h"
#include "torch/distributed/processes.h"

namespace wsol {

namespace {

/// How long a test waits for what should come at once.
constexpr auto kLong = std::chrono::seconds(20);

TEST(ProcessWatch, TellsTheNextProcessOfOneThatIsGone) {
  std::atomic<int64_t> told = 0;
  test::with_processes(3, [&](std::unique_ptr<ProcessGroup>& processes) {
    const int64_t rank = processes->share().rank;
    // Gone, as the system leaves it: its connections are closed, and it said nothing.
    if (rank == 1) return processes.reset();
    std::promise<void> lost;
    {
      const ProcessWatch watch(processes->messages(), [&] {
        ++told;
        lost.set_value();
      });
      if (rank == 2) {
        EXPECT_EQ(lost.get_future().wait_for(kLong), std::future_status::ready);
      }
    }
  });
  EXPECT_EQ(told, 1) << "only the one behind it";
}

TEST(ProcessWatch, TellsNothingOfThoseThatEnd) {
  std::atomic<int64_t> told = 0;
  test::with_processes(2, [&](std::unique_ptr<ProcessGroup>& processes) {
    const int64_t rank = processes->share().rank;
    {
      const ProcessWatch watch(processes->messages(), [&] { ++told; });
      // Beside it the channel serves the others.
      for (int turn = 0; turn < 5; ++turn) {
        EXPECT_EQ(processes->messages().gather(at::full({2}, rank, at::kByte)).size(), 2);
      }
      if (rank == 1) std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    processes.reset();
  });
  EXPECT_EQ(told, 0);
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
