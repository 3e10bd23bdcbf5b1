#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace perfgate {

unsigned processors() { return std::max(1U, std::thread::hardware_concurrency()); }

Result<void> parallel_for(std::size_t count, unsigned workers,
                          const std::function<Result<void>(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> first;
  std::size_t failed = count;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      auto done = work(i);
      if (done) continue;
      next = count;
      const std::scoped_lock lock(mutex);
      if (i < failed) first = std::move(done).error();
      failed = std::min(failed, i);
    }
  };
  std::vector<std::jthread> threads;
  try {
    for (std::size_t t = 1; t < std::min<std::size_t>(workers, count); ++t)
      threads.emplace_back(run);
  } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
    // No more threads are to be had: those that there are do it.
  }
  run();
  threads.clear();  // joins
  if (first) return std::unexpected(std::move(*first));
  return {};
}

}  // namespace perfgate
