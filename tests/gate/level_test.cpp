#include "gate/level.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

std::vector<double> levels(std::vector<std::pair<int, double>> parts, std::uint64_t seed = 3) {
  test::Random random(seed);
  std::vector<double> values;
  for (const auto& [count, level] : parts)
    for (int i = 0; i < count; ++i) values.push_back(level * (1 + 0.01 * random.normal()));
  return values;
}

// AC:window-level
TEST_CASE("a window begins where the level changed last") {
  CHECK(level_begin(levels({{30, 100}}), 0) == 0);
  CHECK(level_begin(levels({{15, 100}, {15, 120}}), 0) == 15);
  // So near the end it may be an excursion.
  CHECK(level_begin(levels({{25, 100}, {5, 120}}), 0) == 0);
  CHECK(level_begin({}, 0) == 0);
}

TEST_CASE("runs that did not measure it do not move the place") {
  std::vector<double> values = levels({{15, 100}, {15, 120}});
  values.insert(values.begin(), std::nan(""));
  values[17] = std::nan("");
  const std::size_t begin = level_begin(values, 0);
  CHECK(begin >= 16);
  CHECK(begin <= 18);
}

TEST_CASE("an accepted change cuts where enough runs are left since then") {
  const std::vector<double> values = levels({{30, 100}});
  CHECK(level_begin(values, 20) == 20);
  CHECK(level_begin(values, 25) == 25);
  CHECK(level_begin(values, 26) == 0);
  CHECK(level_begin(values, 30) == 0);
  CHECK(level_begin(levels({{15, 100}, {15, 120}}), 4) == 15);
  CHECK(level_begin(levels({{15, 100}, {15, 120}}), 20) == 20);
}

TEST_CASE("the newest change that was accepted for the benchmark counts") {
  std::vector<Run> runs;
  for (int i = 0; i < 10; ++i) {
    runs.push_back(test::make_run());
    runs.back().started = {1000 * i};
  }
  const auto begin = [&](std::vector<Accepted> accepted, std::int64_t now = 100'000) {
    return accepted_begin(runs, "suite", "sort", "time", accepted, {now});
  };
  CHECK(begin({}) == 0);
  CHECK(begin({{.at = {3000}}}) == 3);
  CHECK(begin({{.at = {3001}}}) == 4);
  CHECK(begin({{.at = {3000}}, {.benchmark = "so*", .at = {5000}}, {.at = {4000}}}) == 5);
  CHECK(begin({{.benchmark = "search", .at = {5000}}}) == 0);
  CHECK(begin({{.suite = "other", .at = {5000}}}) == 0);
  CHECK(begin({{.metric = "memory", .at = {5000}}}) == 0);
  CHECK(begin({{.at = {5000}}}, 4000) == 0);  // not yet, when the run was measured
  CHECK(begin({{.at = {50'000}}}) == 10);
}

}  // namespace
}  // namespace perfgate::gate
