#include "native/metrics/available_cores.h"

#include <gtest/gtest.h>

#include <thread>

namespace wsol {

namespace {

TEST(CoresOfQuota, AreQuotaOverPeriod) {
  EXPECT_EQ(cores_of_quota("200000 100000\n"), 2);
  EXPECT_EQ(cores_of_quota("150000 100000"), 1.5);
  EXPECT_EQ(cores_of_quota("50000\n 100000\n"), 0.5);
}

TEST(CoresOfQuota, AreNoneWithoutAQuota) {
  for (const char* text : {"max 100000", "-1 100000", "", "200000", "words", "100000 0", "0 100000"}) {
    EXPECT_EQ(cores_of_quota(text), std::nullopt) << text;
  }
}

TEST(AvailableCores, AreAtLeastOneAndAtMostThoseTheSystemAllows) {
  EXPECT_GE(available_cores(), 1);
  EXPECT_LE(available_cores(), std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace

}  // namespace wsol
