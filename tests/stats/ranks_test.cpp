#include "stats/ranks.hpp"

#include <doctest/doctest.h>

using namespace perfgate;

// AC:mid-ranks
TEST_CASE("equal values share the mean of their ranks") {
  const std::vector<double> values{3, 1, 3, 2, 3, 2};
  const stats::Ranks ranks = stats::mid_ranks(values);
  CHECK(ranks.doubled == std::vector<int>{10, 2, 10, 5, 10, 5});
  CHECK(ranks.of(3) == 2.5);
  CHECK(ranks.tied == std::vector<std::size_t>{2, 3});
  CHECK(ranks.tie_term() == 6 + 24);
}

TEST_CASE("two samples are ranked together and no values have no ranks") {
  const std::vector<double> x{1, 4}, y{2, 3, 5};
  const stats::Ranks ranks = stats::mid_ranks(x, y);
  CHECK(ranks.doubled == std::vector<int>{2, 8, 4, 6, 10});
  CHECK(ranks.tied.empty());
  CHECK(ranks.tie_term() == 0);
  CHECK(stats::mid_ranks({}).doubled.empty());
}
