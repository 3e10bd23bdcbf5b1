#include "stats/changepoint_suite.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

namespace perfgate::stats {
namespace {

ChangePoint change(std::size_t first, std::size_t last, double before = 10, double after = 11) {
  return {
      .index = (first + last) / 2, .first = first, .last = last, .before = before, .after = after};
}

std::vector<std::uint32_t> axis(std::uint32_t begin, std::uint32_t end) {
  std::vector<std::uint32_t> positions(end - begin);
  std::iota(positions.begin(), positions.end(), begin);
  return positions;
}

// AC:detect-runner
TEST_CASE("a change that most series of a suite share is reported once as the runner's") {
  const auto all = axis(0, 100);
  const std::vector<std::vector<ChangePoint>> changes{
      {change(38, 42), change(70, 71)}, {change(40, 41)}, {change(39, 40, 10, 12)}, {}, {}};
  std::vector<SuiteSeries> suite;
  for (const auto& own : changes) suite.push_back({.changes = own, .positions = all});
  const auto shared = runner_changes(suite);
  REQUIRE(shared.size() == 1);
  CHECK(shared[0].first == 40);
  CHECK(shared[0].last == 40);
  CHECK(shared[0].measured == 5);
  CHECK(shared[0].change == doctest::Approx(0.1));
  REQUIRE(shared[0].members.size() == 3);
  CHECK(shared[0].members[0].series == 0);
  CHECK(shared[0].members[0].change == 0);
  CHECK(shared[0].members[2].series == 2);
}

TEST_CASE("half of a suite or two series are not most of it") {
  const auto all = axis(0, 100);
  const std::vector<ChangePoint> one{change(40, 41)}, none;
  const std::vector<SuiteSeries> half{{one, all},  {one, all},  {one, all},
                                      {none, all}, {none, all}, {none, all}};
  CHECK(runner_changes(half).empty());
  CHECK(runner_changes(half, 0.4).size() == 1);
  CHECK(runner_changes(std::vector<SuiteSeries>{{one, all}, {one, all}}).empty());
  CHECK(runner_changes({}).empty());
}

TEST_CASE("series that were not measured then do not count and positions are the suite's") {
  const auto early = axis(0, 30), late = axis(30, 90);
  const std::vector<ChangePoint> at_ten{change(10, 11)}, none;
  const std::vector<ChangePoint> zero{change(10, 11, 0, 5)};
  const std::vector<SuiteSeries> suite{{zero, late},  {at_ten, late}, {at_ten, late}, {none, early},
                                       {none, early}, {none, early},  {none, early},  {none, {}}};
  const auto shared = runner_changes(suite);
  REQUIRE(shared.size() == 1);
  CHECK(shared[0].first == 40);
  CHECK(shared[0].last == 41);
  CHECK(shared[0].measured == 3);
}

TEST_CASE("two runner changes are told apart and a series counts once in each") {
  const auto all = axis(0, 100);
  const std::vector<ChangePoint> own{change(20, 24), change(23, 30), change(60, 61)};
  const std::vector<ChangePoint> zero{change(22, 23, 0, 1), change(60, 60, 0, 1)};
  const std::vector<SuiteSeries> suite{{own, all}, {own, all}, {zero, all}};
  const auto shared = runner_changes(suite);
  REQUIRE(shared.size() == 2);
  CHECK(shared[0].members.size() == 3);
  CHECK(shared[1].first == 60);
  const std::vector<SuiteSeries> zeros{{zero, all}, {zero, all}, {zero, all}};
  CHECK(std::isnan(runner_changes(zeros)[0].change));
}

}  // namespace
}  // namespace perfgate::stats
