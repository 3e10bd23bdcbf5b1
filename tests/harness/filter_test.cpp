#include "harness/filter.hpp"

#include <doctest/doctest.h>

#include <regex>

#include "harness/harness.hpp"

namespace perfgate::harness {
namespace {

// AC:ab-filter
TEST_CASE("a filter matches exactly the benchmarks that are named") {
  const std::vector<std::string> names{"decode/100", "BM_x<int, {1}>/threads:2",
                                       "a.b|c+[d]\\$^*?()"};
  const std::string pattern = regex_of_exactly(names);
  CHECK(regex_of_exactly(std::span(names).first(1)) == "^(decode/100)$");
  for (const auto grammar : {std::regex::ECMAScript, std::regex::extended}) {
    const std::regex regex(pattern, grammar);
    for (const std::string& name : names) CHECK(std::regex_search(name, regex));
    for (const char* other : {"decode/1000", "xdecode/100", "decode/10", "a_b|c+[d]\\$^*?()", "c"})
      CHECK_FALSE(std::regex_search(std::string(other), regex));
  }
}

TEST_CASE("harnesses that can filter say how and the others do not") {
  const std::vector<std::string> one{"a/1"}, two{"a/1", "b"};
  const auto google = *find("google-benchmark");
  CHECK(google.only(two, {}) == std::vector<std::string>{"--benchmark_filter=^(a/1|b)$"});
  const auto criterion = *find("criterion");
  const std::vector<std::string> binary{"./bench"}, cargo{"cargo", "bench"},
      passed{"/usr/bin/cargo", "bench", "--", "--noplot"};
  CHECK(criterion.only(one, binary) == std::vector<std::string>{"--exact", "a/1"});
  CHECK(criterion.only(one, cargo) == std::vector<std::string>{"--", "--exact", "a/1"});
  CHECK(criterion.only(one, passed) == std::vector<std::string>{"--exact", "a/1"});
  CHECK(criterion.only(two, cargo).empty());
  CHECK((find("records")->only == nullptr));
}

}  // namespace
}  // namespace perfgate::harness
