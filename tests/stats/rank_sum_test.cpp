#include "stats/rank_sum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;

Numbers sequence(int n, double from, double step) {
  Numbers values;
  for (int i = 0; i < n; ++i) values.push_back(from + step * i);
  return values;
}

double p_of_separated(int n) { return rank_sum_p(sequence(n, 0, 1), sequence(n, 100, 1)); }

// The smallest two-sided p of n against n is 2 / (2n choose n).
// AC:mann-whitney-exact
TEST_CASE("the smallest p of two separated samples is that of the exact test") {
  CHECK(p_of_separated(3) == doctest::Approx(2.0 / 20));   // 0.10
  CHECK(p_of_separated(4) == doctest::Approx(2.0 / 70));   // 0.0286
  CHECK(p_of_separated(5) == doctest::Approx(2.0 / 252));  // 0.0079
  CHECK(p_of_separated(6) == doctest::Approx(2.0 / 924));  // 0.0022
  CHECK(p_of_separated(20) == doctest::Approx(2.0 / 137846528820.0).epsilon(1e-9));
}

TEST_CASE("exact p values agree with scipy") {
  // scipy.stats.mannwhitneyu(x, y, method="exact"), scipy 1.17
  CHECK(rank_sum_p(Numbers{1.1, 2.2, 3.3, 4.4, 5.5}, Numbers{2, 3, 6, 7, 8, 9}) ==
        doctest::Approx(0.17748917748917747).epsilon(1e-12));
  CHECK(rank_sum_p(sequence(20, 0, 1), sequence(200, 3.25, 0.5)) ==
        doctest::Approx(7.064693968952345e-14).epsilon(1e-9));
  CHECK(rank_sum_p(sequence(20, 0, 1), sequence(100, -30.25, 0.5)) ==
        doctest::Approx(9.862754137442872e-06).epsilon(1e-9));
  // Ties: the share of all 462 ways to pick 5 of the 11 mid-ranks that are at least as extreme.
  CHECK(rank_sum_p(Numbers{1, 2, 2, 3, 4}, Numbers{2, 3, 5, 5, 6, 7}) ==
        doctest::Approx(0.06060606060606061).epsilon(1e-12));
}

TEST_CASE("larger samples take the normal approximation with both corrections") {
  // scipy.stats.mannwhitneyu(x, y, method="asymptotic")
  CHECK(rank_sum_p(sequence(30, 0, 2), sequence(30, 7, 2)) ==
        doctest::Approx(0.14531912724086543).epsilon(1e-9));
  CHECK(rank_sum_p(sequence(25, 0, 1), sequence(30, 5.5, 1)) ==
        doctest::Approx(0.001817006281075084).epsilon(1e-9));
  Numbers x, y;
  for (int i = 0; i < 15; ++i) x.push_back(i % 7);
  for (int i = 0; i < 12; ++i) y.push_back(i * 3 % 7 + 1);
  CHECK(rank_sum_p(x, y) == doctest::Approx(0.14671311251427752).epsilon(1e-9));
}

TEST_CASE("equal samples have a p of one") {
  CHECK(rank_sum_p(Numbers{3, 3, 3}, Numbers{3, 3, 3}) == doctest::Approx(1));
  CHECK(rank_sum_p(Numbers(30, 3.0), Numbers(30, 3.0)) == 1);  // no variance at all
  CHECK(rank_sum_p(Numbers{1, 4}, Numbers{2, 3}) == 1);
  CHECK(rank_sum_p(Numbers{1}, Numbers{2}) == doctest::Approx(1));
}

TEST_CASE("the p value does not depend on the order of the samples") {
  const Numbers x{1, 5, 2, 8, 3, 9}, y{4, 7, 6, 10};
  CHECK(rank_sum_p(x, y) == doctest::Approx(rank_sum_p(y, x)));
}

// By hand.
// AC:hodges-lehmann
TEST_CASE("the shift is the median of all differences") {
  // y - x: 5-1 5-2 5-4, 6-1 6-2 6-4, 9-1 9-2 9-4 = 4 3 1 5 4 2 8 7 5; sorted 1 2 3 4 4 5 5 7 8
  const Shift shift = rank_sum_shift(Numbers{1, 2, 4}, Numbers{5, 6, 9}, 0.9);
  CHECK(shift.estimate == 4);
  CHECK(shift.low == 1);  // 3 against 3 reach 90 % with the whole range: 1 - 2/20
  CHECK(shift.high == 8);
  CHECK(shift.confidence == doctest::Approx(0.9));
  CHECK(rank_sum_shift(Numbers{1, 2}, Numbers{4}, 0.9).estimate == 2.5);
}

TEST_CASE("the interval of the shift counts inwards as far as the exact test allows") {
  // 5 against 5: P(U <= 4) = 12/252 = 0.0476, so the fifth smallest and largest of 25 differences.
  const Numbers x{0, 10, 20, 30, 40}, y{1, 12, 23, 34, 45};
  Numbers differences;
  for (const double b : y)
    for (const double a : x) differences.push_back(b - a);
  std::ranges::sort(differences);
  const Shift shift = rank_sum_shift(x, y, 0.9);
  CHECK(shift.low == differences[4]);
  CHECK(shift.high == differences[20]);
  CHECK(shift.estimate == differences[12]);
  CHECK(shift.confidence == doctest::Approx(0.9047619047619048));
  // Reached confidences as the exact distribution has them (computed with integers).
  CHECK(rank_sum_shift(sequence(4, 0, 1), sequence(4, 9, 2), 0.9).confidence ==
        doctest::Approx(0.9428571428571428));
  CHECK(rank_sum_shift(sequence(8, 0, 1), sequence(8, 9, 2), 0.9).confidence ==
        doctest::Approx(0.917016317016317));
  CHECK(rank_sum_shift(sequence(5, 0, 1), sequence(7, 9, 2), 0.9).confidence ==
        doctest::Approx(0.9267676767676768));
}

TEST_CASE("samples too small for the confidence give their whole range and say what it has") {
  const Shift shift = rank_sum_shift(Numbers{1, 2}, Numbers{5, 7}, 0.9);
  CHECK(shift.low == 3);
  CHECK(shift.high == 6);
  CHECK(shift.confidence == doctest::Approx(1 - 2.0 / 6));
  CHECK(rank_sum_shift(Numbers{1}, Numbers{2}, 0.9).confidence == 0);
}

TEST_CASE("large samples take the ranks of the normal approximation") {
  const Numbers x = sequence(30, 0, 1), y = sequence(30, 5, 1);
  const Shift shift = rank_sum_shift(x, y, 0.9);
  CHECK(shift.estimate == 5);
  // 450 - 1.645 sqrt(30 * 30 * 61 / 12) = 338.7: the 338th of 900 differences
  Numbers differences;
  for (const double b : y)
    for (const double a : x) differences.push_back(b - a);
  std::ranges::sort(differences);
  CHECK(shift.low == differences[337]);
  CHECK(shift.high == differences[900 - 338]);
  CHECK(shift.confidence == 0.9);
}

TEST_CASE("normal quantiles agree with tables") {
  CHECK(normal_quantile(0.5) == doctest::Approx(0));
  CHECK(normal_quantile(0.95) == doctest::Approx(1.6448536269514722).epsilon(1e-12));
  CHECK(normal_quantile(0.05) == doctest::Approx(-1.6448536269514722).epsilon(1e-12));
  CHECK(normal_quantile(0.999) == doctest::Approx(3.090232306167813).epsilon(1e-12));
}

// AC:calibration
TEST_CASE("equal laws raise no more false alarms than the level") {
  // One-sided at 5 %: 4 000 pairs of 6 against 6, lognormal noise of 2 %. The exact level is 4.65 %
  // (reached two-sided confidence 0.9069); 4 standard errors are 1.4 %.
  test::Random random(2024);
  int alarms = 0, low_p = 0, covered = 0;
  constexpr int trials = 4000;
  for (int trial = 0; trial < trials; ++trial) {
    Numbers x, y;
    for (int i = 0; i < 6; ++i) x.push_back(0.02 * random.normal());
    for (int i = 0; i < 6; ++i) y.push_back(0.02 * random.normal());
    const Shift shift = rank_sum_shift(x, y, 0.9);
    if (shift.low > 0) ++alarms;
    if (shift.low <= 0 && 0 <= shift.high) ++covered;
    if (rank_sum_p(x, y) <= 0.05) ++low_p;
  }
  CHECK(alarms <= trials * 0.0465 + 4 * std::sqrt(trials * 0.0465 * 0.9535));
  CHECK(alarms >= trials * 0.0465 - 4 * std::sqrt(trials * 0.0465 * 0.9535));
  CHECK(std::abs(covered / double{trials} - 0.9069) < 4 * std::sqrt(0.9069 * 0.0931 / trials));
  CHECK(low_p <= trials * 0.05 + 4 * std::sqrt(trials * 0.05 * 0.95));
}

/// Of all ways to pick y from what both hold: the share in which y wins at least as many pairs
/// (ties count half), and the share in which x or y wins at least as many.
struct Enumerated {
  double greater = 0, either = 0;
};
Enumerated enumerate_picks(const Numbers& x, const Numbers& y) {
  Numbers all = x;
  all.insert(all.end(), y.begin(), y.end());
  const auto wins = [&](unsigned picked) {
    double sum = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t k = 0; k < all.size(); ++k)
        if ((picked >> i & 1U) != 0 && (picked >> k & 1U) == 0)
          sum += all[i] > all[k] ? 1 : all[i] == all[k] ? 0.5 : 0;
    return sum;
  };
  const unsigned own = ((1U << y.size()) - 1) << x.size();
  const double centre = static_cast<double>(x.size() * y.size()) / 2;
  const double observed = wins(own), distance = std::abs(observed - centre);
  Enumerated result;
  double ways = 0;
  for (unsigned picked = 0; picked < 1U << all.size(); ++picked) {
    if (static_cast<std::size_t>(__builtin_popcount(picked)) != y.size()) continue;
    const double sum = wins(picked);
    ways += 1;
    result.greater += sum >= observed - 1e-9 ? 1 : 0;
    result.either += std::abs(sum - centre) >= distance - 1e-9 ? 1 : 0;
  }
  return {result.greater / ways, result.either / ways};
}

// AC:stats-enumeration
TEST_CASE("the rank-sum test agrees with trying all picks with and without ties") {
  test::Random random(21);
  for (std::size_t n = 1; n <= 5; ++n)
    for (std::size_t m = 1; m <= 5; ++m)
      for (int round = 0; round < 4; ++round) {
        Numbers x, y;
        for (std::size_t i = 0; i < n; ++i) x.push_back(random.normal());
        for (std::size_t i = 0; i < m; ++i) y.push_back(random.normal() + 0.5);
        if (round % 2 == 1)
          for (Numbers* side : {&x, &y})
            for (double& value : *side) value = std::round(2 * value);
        const Enumerated expected = enumerate_picks(x, y);
        CAPTURE(n);
        CAPTURE(m);
        CHECK(rank_sum_p_greater(x, y) == doctest::Approx(expected.greater).epsilon(1e-12));
        CHECK(rank_sum_p(x, y) == doctest::Approx(expected.either).epsilon(1e-12));
      }
}

TEST_CASE("the one-sided rank-sum test is exact with ties where one side is small") {
  // Three above all of thirty, of which many are tied: one of the 5 456 ways.
  Numbers past, later{9, 9, 9};
  for (int i = 0; i < 30; ++i) past.push_back(i % 5);
  CHECK(rank_sum_p_greater(past, later) == doctest::Approx(1.0 / 5456).epsilon(1e-12));
  CHECK(rank_sum_p_greater(later, past) == doctest::Approx(1));
  // The nines with any of the seven fours.
  CHECK(rank_sum_p_greater(past, {{9, 9, 4}}) == doctest::Approx(7.0 / 5456).epsilon(1e-12));
  // Both sides large: the normal approximation, whose two sides make the two-sided p.
  Numbers x, y;
  for (int i = 0; i < 40; ++i) {
    x.push_back(i % 9);
    y.push_back(i % 9 + 1);
  }
  CHECK(2 * rank_sum_p_greater(x, y) == doctest::Approx(rank_sum_p(x, y)).epsilon(1e-9));
  CHECK(rank_sum_p_greater(Numbers(60, 2.0), Numbers(60, 2.0)) == 1);
}

}  // namespace
}  // namespace perfgate::stats
