#include "native/metrics/parallel_images.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace wsol {

namespace {

TEST(ForEachImage, VisitsEachImageOnceByAWorkerInRange) {
  for (const unsigned threads : {0U, 1U, 3U, 50U}) {
    std::vector<std::atomic<int>> visits(20);
    const size_t workers = workers_for(visits.size(), threads);
    std::atomic<bool> is_in_range{true};
    for_each_image(visits.size(), threads, [&](size_t worker, size_t image) {
      if (worker >= workers) is_in_range = false;
      ++visits[image];
    });
    for (const std::atomic<int>& count : visits) EXPECT_EQ(count, 1);
    EXPECT_TRUE(is_in_range);
  }
}

TEST(ForEachImage, ThrowsWhatACallThrows) {
  for (const unsigned threads : {1U, 4U}) {
    const auto fail_at_seven = [](size_t, size_t image) {
      if (image == 7) throw std::runtime_error("seven");
    };
    EXPECT_THROW(for_each_image(100, threads, fail_at_seven), std::runtime_error);
  }
}

TEST(WorkersFor, AreNeverMoreThanImagesNorNone) {
  EXPECT_EQ(workers_for(3, 8), 3U);
  EXPECT_EQ(workers_for(100, 8), 8U);
  EXPECT_EQ(workers_for(0, 8), 1U);
  EXPECT_GE(workers_for(100, 0), 1U);
}

}  // namespace

}  // namespace wsol
