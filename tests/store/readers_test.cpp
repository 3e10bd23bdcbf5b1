// Readers beside a writer, a compaction and a pruning: they take no lock and see no half.

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "store/directory.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::Months;

// AC:store-readers
TEST_CASE("readers beside a writer and a compaction and a pruning see whole histories") {
  Months m(40);
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::vector<std::string> troubles(3);
  {
    std::vector<std::jthread> readers;
    for (std::string& trouble : troubles)
      readers.emplace_back([&] {
        auto store = open_directory(m.path);
        while (!done && trouble.empty()) {
          if (++reads % 5 == 0) store = open_directory(m.path);
          const auto heads = store->list({.kind = Kind::run});
          if (!heads) {
            trouble = heads.error().message;
            continue;
          }
          const auto read =
              store->read(*heads, [](std::size_t, Record&) -> Result<bool> { return true; });
          // What was pruned between the two is gone, and that is said.
          if (!read && !read.error().message.contains("is not there any more"))
            trouble = read.error().message;
        }
      });
    Time at = test::december;
    const auto writer = open_directory(m.path);
    for (int i = 0; i < 60; ++i) {
      at.unix_ms += 3LL * 86'400'000;
      REQUIRE(writer->append({{Kind::run, "w" + std::to_string(i), "{}", at},
                              {Kind::run, "v" + std::to_string(i), "{}", at}}));
      if (i % 10 == 5) REQUIRE(writer->compact());
      if (i % 20 == 15)
        REQUIRE(writer->prune({.now = at, .before = Time{at.unix_ms - 60LL * 86'400'000}}));
    }
    done = true;
  }
  for (const std::string& trouble : troubles) CHECK(trouble == "");
  CHECK(reads > 3);
  CHECK(test::troubles(*m.store) == "");
}

}  // namespace
}  // namespace perfgate::store
