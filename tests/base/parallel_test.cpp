#include "base/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <vector>

namespace perfgate {
namespace {

TEST_CASE("each number is worked on once whatever the number of workers") {
  for (const unsigned workers : {0U, 1U, 3U, 50U}) {
    std::vector<std::atomic<int>> seen(20);
    REQUIRE(parallel_for(seen.size(), workers, [&](std::size_t i) -> Result<void> {
      ++seen[i];
      return {};
    }));
    for (const auto& times : seen) CHECK(times == 1);
  }
  CHECK(parallel_for(0, 4, [](std::size_t) -> Result<void> { return fail(Code::internal, "no"); }));
  CHECK(processors() >= 1);
}

TEST_CASE("after an error no more is begun and the first error is returned") {
  std::atomic<int> begun = 0;
  const auto done = parallel_for(1000, 1, [&](std::size_t i) -> Result<void> {
    ++begun;
    if (i >= 3) return fail(Code::internal, std::to_string(i));
    return {};
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "3");
  CHECK(begun == 4);
  const auto together = parallel_for(64, 8, [&](std::size_t i) -> Result<void> {
    return fail(Code::internal, std::to_string(i));
  });
  REQUIRE_FALSE(together);
  CHECK(together.error().message == "0");
}

}  // namespace
}  // namespace perfgate
