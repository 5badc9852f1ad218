#include "binding/common/native_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace wsol::binding {

namespace {

constexpr std::chrono::milliseconds kWhile{100};

/// Work without end on a thread of its own; what it uses is made at first use, after guard_exit(), as LibTorch's
/// singletons are.
struct Singleton {
  ~Singleton() { is_destroyed = true; }
  static inline std::atomic<bool> is_destroyed{false};
};

void work_for_ever() {
  for (;;) {
    const NativeWork work;
    if (!work.may_run()) {
      std::fputs("[work was refused]", stderr);
      NativeWork::wait_for_exit();
    }
    static const Singleton singleton;
    std::this_thread::sleep_for(kWhile);
    std::fputs(Singleton::is_destroyed ? "[used what is destroyed]" : "[finished]", stderr);
  }
}

/// The process ends as `end` does while a thread works.
template <typename End>
[[noreturn]] void end_while_working(End end) {
  NativeWork::guard_exit();
  NativeWork::guard_exit();
  std::thread(work_for_ever).detach();
  std::this_thread::sleep_for(kWhile / 2);
  end();
  std::abort();
}

TEST(NativeWorkDeathTest, ExitWaitsForTheWorkThatRunsBeforeSingletonsGo) {
  EXPECT_EXIT(end_while_working([] { std::exit(7); }), testing::ExitedWithCode(7),
              "^\\[finished\\](\\[work was refused\\])?$");
}

TEST(NativeWorkDeathTest, ExitOfAnotherThreadWaitsAsWell) {
  const auto exit_elsewhere = [] { std::thread([] { std::exit(8); }).join(); };
  EXPECT_EXIT(end_while_working(exit_elsewhere), testing::ExitedWithCode(8),
              "^\\[(finished|used what is destroyed)\\]");
}

TEST(NativeWorkDeathTest, NoWorkBeginsOnceTheProcessExits) {
  // Registered first, so it runs last.
  const auto linger = [] { std::this_thread::sleep_for(2 * kWhile); };
  const auto exit_late = [] { std::exit(9); };
  EXPECT_EXIT(
      {
        std::atexit(linger);
        end_while_working(exit_late);
      },
      testing::ExitedWithCode(9), "work was refused");
}

TEST(NativeWork, TheEndOfAnotherThreadStopsNothing) {
  std::thread([] { NativeWork::guard_exit(); }).join();
  const NativeWork work;
  EXPECT_TRUE(work.may_run());
}

}  // namespace

}  // namespace wsol::binding
