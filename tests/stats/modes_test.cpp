#include "stats/modes.hpp"

#include <doctest/doctest.h>

#include "stats/samples.hpp"

namespace perfgate::stats {
namespace {

TEST_CASE("two groups with a gap are two modes and their distance is known") {
  const std::vector<double> values{1.00, 5.02, 1.01, 5.00, 0.99, 5.01, 1.02};
  const auto modes = two_modes(values);
  REQUIRE(modes);
  CHECK(modes->lower == 4);
  CHECK(modes->upper == 3);
  CHECK(modes->separation == doctest::Approx(4.005));
  CHECK(modes->deviation == doctest::Approx(0.0118322).epsilon(1e-4));
}

TEST_CASE("one outlier or equal values or few values are no two modes") {
  CHECK_FALSE(two_modes(std::vector<double>{1, 1.01, 0.99, 1.02, 9}));
  CHECK_FALSE(two_modes(std::vector<double>(10, 3.0)));
  CHECK_FALSE(two_modes(std::vector<double>{1, 1, 5, 5}));
  CHECK_FALSE(two_modes({}));
}

TEST_CASE("values of two only levels are two modes") {
  const auto modes = two_modes(std::vector<double>{1, 1, 1, 2, 2, 2});
  REQUIRE(modes);
  CHECK(modes->separation == doctest::Approx(1));
}

TEST_CASE("normal values are hardly ever taken for two modes") {
  test::Random random(11);
  int taken = 0, matched = 0;
  for (int round = 0; round < 4000; ++round) {
    const auto x = test::normal_sample(random, 10, 1), y = test::normal_sample(random, 10, 1);
    taken += two_modes(x) ? 1 : 0;
    matched += match_modes(x, y) ? 1 : 0;
  }
  CHECK(taken < 80);  // 2 %
  CHECK(matched <= 2);
}

TEST_CASE("sides with the same two modes are compared without the step between them") {
  const std::vector<double> x{1.00, 3.00, 1.01, 3.01, 0.99, 2.99};
  const std::vector<double> y{1.50, 3.51, 1.51, 3.50, 1.49, 1.50};
  const auto matched = match_modes(x, y);
  REQUIRE(matched);
  CHECK(matched->step == doctest::Approx(2.0).epsilon(0.01));
  for (const double value : matched->x) CHECK(value == doctest::Approx(1.0).epsilon(0.03));
  for (const double value : matched->y) CHECK(value == doctest::Approx(1.5).epsilon(0.03));
  CHECK(matched->variance > 0);
}

TEST_CASE("sides whose modes differ are not matched") {
  const std::vector<double> two{1.00, 3.00, 1.01, 3.01, 0.99, 2.99};
  const std::vector<double> one{1.00, 1.02, 1.01, 0.98, 0.99, 1.03};
  const std::vector<double> farther{1.00, 4.00, 1.01, 4.01, 0.99, 3.99};
  CHECK_FALSE(match_modes(two, one));
  CHECK_FALSE(match_modes(one, two));
  CHECK_FALSE(match_modes(two, farther));
  // Nearly always slow against nearly always fast: that may be the change itself.
  std::vector<double> fast{3.0, 3.01}, slow{1.0, 1.01};
  for (int i = 0; i < 10; ++i) {
    fast.push_back(1.0 + 0.001 * i);
    slow.push_back(3.0 + 0.001 * i);
  }
  REQUIRE(two_modes(fast));
  REQUIRE(two_modes(slow));
  CHECK_FALSE(match_modes(fast, slow));
}

}  // namespace
}  // namespace perfgate::stats
