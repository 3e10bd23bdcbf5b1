#include "stats/signed_rank.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

/// W+ by mid-ranks of what is not zero, from the definition.
double w_plus(const std::vector<double>& differences) {
  double sum = 0;
  for (const double d : differences) {
    if (d <= 0) continue;
    double below = 0, equal = 0;
    for (const double other : differences) {
      if (other == 0) continue;
      below += std::abs(other) < d ? 1 : 0;
      equal += std::abs(other) == d ? 1 : 0;
    }
    sum += below + (equal + 1) / 2;
  }
  return sum;
}

/// P(W+ >= observed), by trying all signs.
double enumerated(const std::vector<double>& differences) {
  std::vector<double> sizes;
  for (const double d : differences)
    if (d != 0) sizes.push_back(std::abs(d));
  const double observed = w_plus(differences);
  double hits = 0;
  for (unsigned signs = 0; signs < 1U << sizes.size(); ++signs) {
    std::vector<double> signed_sizes = sizes;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      if (signs >> i & 1U) signed_sizes[i] = -sizes[i];
    hits += w_plus(signed_sizes) >= observed - 1e-9 ? 1 : 0;
  }
  return hits / static_cast<double>(1U << sizes.size());
}

// AC:stats-enumeration
TEST_CASE("the signed-rank test agrees with trying all signs with and without ties") {
  test::Random random(7);
  for (std::size_t n = 1; n <= 10; ++n)
    for (int round = 0; round < 20; ++round) {
      std::vector<double> differences;
      for (std::size_t i = 0; i < n; ++i) {
        const double value = random.normal() + 0.5;
        differences.push_back(round % 2 == 0 ? value : std::round(2 * value));
      }
      const double greater = enumerated(differences);
      CAPTURE(n);
      CHECK(signed_rank_p_greater(differences) == doctest::Approx(greater).epsilon(1e-12));
      std::vector<double> turned;
      for (const double d : differences) turned.push_back(-d);
      const double less = enumerated(turned);
      CHECK(signed_rank_p(differences) ==
            doctest::Approx(std::min(1.0, 2 * std::min(greater, less))).epsilon(1e-12));
    }
}

TEST_CASE("differences of nothing but zero are no evidence") {
  CHECK(signed_rank_p_greater(std::vector<double>{0, 0, 0}) == 1);
  CHECK(signed_rank_p(std::vector<double>{}) == 1);
}

TEST_CASE("many differences use the normal approximation which is close to the exact one") {
  test::Random random(3);
  std::vector<double> differences;
  for (int i = 0; i < 50; ++i) differences.push_back(random.normal() + 0.3);
  const double exact = signed_rank_p_greater(differences);
  differences.push_back(1e-9);  // the 51st, of the least rank
  CHECK(signed_rank_p_greater(differences) == doctest::Approx(exact).epsilon(0.1));
}

TEST_CASE(
    "the signed-rank shift is the median of Walsh averages and its interval inverts the test") {
  const std::vector<double> d{1.0, 2.0, 4.0, 8.0, 16.0};
  const Shift shift = signed_rank_shift(d, 0.875);
  // Walsh averages: 1 1.5 2 2.5 3 4 4.5 5 6 8 8.5 9 10 12 16; P(W+ <= 1) = 2/32.
  CHECK(shift.estimate == 5);
  CHECK(shift.low == 1.5);
  CHECK(shift.high == 12);
  CHECK(shift.confidence == doctest::Approx(1 - 2 * 2.0 / 32));
  const Shift all = signed_rank_shift(d, 0.99);
  CHECK(all.low == 1);
  CHECK(all.high == 16);
  CHECK(all.confidence == doctest::Approx(1 - 2.0 / 32));
  CHECK(signed_rank_shift(std::vector<double>{3}, 0.9).confidence == 0);
}

TEST_CASE("the signed-rank interval covers the truth as often as it says") {
  test::Random random(11);
  for (const int n : {6, 12, 60}) {
    int covered = 0;
    double promised = 0;
    constexpr int rounds = 2000;
    for (int round = 0; round < rounds; ++round) {
      std::vector<double> d;
      for (int i = 0; i < n; ++i) d.push_back(random.normal() + 1);
      const Shift shift = signed_rank_shift(d, 0.9);
      promised = shift.confidence;
      covered += shift.low <= 1 && 1 <= shift.high ? 1 : 0;
    }
    CAPTURE(n);
    CHECK(covered / static_cast<double>(rounds) == doctest::Approx(promised).epsilon(0.025));
  }
}

}  // namespace
}  // namespace perfgate::stats
