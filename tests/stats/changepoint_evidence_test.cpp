#include "stats/changepoint_evidence.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

TEST_CASE("the rank-sum z is that of the textbook formula and its sign follows y") {
  const std::vector<double> x{1, 2, 3, 4}, y{5, 6, 7, 8};
  CHECK(rank_sum_z(x, y) == doctest::Approx(8 / std::sqrt(12)));
  CHECK(rank_sum_z(y, x) == doctest::Approx(-8 / std::sqrt(12)));
  CHECK(rank_sum_z(x, x) == 0);
  CHECK(rank_sum_z(std::vector<double>(4, 1.0), std::vector<double>(4, 1.0)) == 0);
  // All of a side tied: U is 8 above its mean, and ties leave 4 * 4 / 12 * (9 - 120 / 56).
  CHECK(rank_sum_z(std::vector<double>(4, 1.0), std::vector<double>(4, 2.0)) ==
        doctest::Approx(8 / std::sqrt(16.0 / 12 * (9 - 120.0 / 56))));
}

TEST_CASE("the wander of a stretch is the range of its block medians") {
  std::vector<double> values(200);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i / 8 * 8);
  const Wander wander(values);
  CHECK(wander.within(0, 16) == 0);  // one block says nothing
  CHECK(wander.within(0, 24) == 8);
  CHECK(wander.within(1, 31) == 0);  // the blocks begin at multiples of 8
  CHECK(wander.within(0, 200) == 184);
  CHECK(wander.within(40, 120) == 64);
  CHECK(wander.within(0, 5) == 0);
  CHECK(Wander(std::vector<double>{1, 2}).within(0, 2) == 0);
}

// AC:detect-location
TEST_CASE("the location of a change holds its true place in 95 of 100 series") {
  test::Random random(21);
  int held = 0;
  double width = 0;
  const int rounds = 1000;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 80; ++i) values.push_back(random.normal() + (i < 40 ? 0 : 1.5));
    const Location location = change_location(values, 1, 80, 0, 1.5, 3);
    held += location.first <= 40 && 40 <= location.last;
    width += static_cast<double>(location.last - location.first);
  }
  CHECK(held >= 940);
  CHECK(width / rounds < 8);
}

}  // namespace
}  // namespace perfgate::stats
