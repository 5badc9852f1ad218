#include "binding/common/native_work.h"

#include <condition_variable>
#include <cstddef>
#include <mutex>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <pthread.h>
#endif

namespace wsol::binding {

namespace {

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  size_t running = 0;
  bool is_closed = false;
};

/// Never destroyed: threads that wait for the exit wait here.
Gate& gate() {
  static Gate* const gate = new Gate;
  return *gate;
}

void close_gate() {
  std::unique_lock lock(gate().mutex);
  gate().is_closed = true;
  gate().changed.wait(lock, [] { return gate().running == 0; });
}

bool is_main_thread() {
#if defined(__linux__)
  return syscall(SYS_gettid) == getpid();
#elif defined(__APPLE__)
  return pthread_main_np() != 0;
#else
  return false;
#endif
}

struct ProcessGuard {
  ~ProcessGuard() { close_gate(); }
};

struct MainThreadGuard {
  ~MainThreadGuard() {
    if (is_main_thread()) close_gate();
  }
};

}  // namespace

void NativeWork::guard_exit() {
  // exit() destroys the thread-local objects of its caller before every static one, also before those that LibTorch
  // makes at first use, after this call. Where another thread than the main one exits, the static guard comes before
  // those that exist now.
  static const ProcessGuard process_guard{};
  thread_local const MainThreadGuard main_thread_guard{};
  static_cast<void>(process_guard);
  static_cast<void>(main_thread_guard);
}

NativeWork::NativeWork() {
  const std::lock_guard lock(gate().mutex);
  may_run_ = !gate().is_closed;
  if (may_run_) ++gate().running;
}

NativeWork::~NativeWork() {
  if (!may_run_) return;
  const std::lock_guard lock(gate().mutex);
  if (--gate().running == 0) gate().changed.notify_all();
}

void NativeWork::wait_for_exit() {
  std::unique_lock lock(gate().mutex);
  for (;;) gate().changed.wait(lock);
}

}  // namespace wsol::binding
