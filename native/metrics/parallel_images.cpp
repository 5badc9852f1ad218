#include "native/metrics/parallel_images.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "native/metrics/available_cores.h"

namespace wsol {

size_t workers_for(size_t count, unsigned threads) {
  const unsigned wanted = threads > 0 ? threads : static_cast<unsigned>(available_cores());
  return std::max<size_t>(1, std::min<size_t>(count, wanted));
}

void for_each_image(size_t count, unsigned threads, const std::function<void(size_t worker, size_t image)>& work) {
  std::atomic<size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&](size_t worker) {
    try {
      for (size_t image = next++; image < count; image = next++) work(worker, image);
    } catch (...) {
      next = count;
      const std::lock_guard lock(failure_mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  try {
    for (size_t worker = 1; worker < workers_for(count, threads); ++worker) others.emplace_back(run, worker);
  } catch (const std::system_error&) {
    // The system gives no more threads: those that run share the images.
  }
  run(0);
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace wsol
