#include "stats/compare.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "stats/same_runner.hpp"
#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;

Numbers noisy(test::Random& random, int n, double level, double noise) {
  Numbers values;
  for (int i = 0; i < n; ++i) values.push_back(level * std::exp(noise * random.normal()));
  return values;
}

TEST_CASE("a change is the ratio of medians with an interval of ratios") {
  const Numbers base{100, 101, 102, 103, 104}, head{200, 202, 204, 206, 208};
  const Comparison comparison = compare(base, head, 0.95, 5);
  CHECK(comparison.change == doctest::Approx(1));
  CHECK(comparison.low > 0.9);
  CHECK(comparison.low < 1);
  CHECK(comparison.high > 1);
  CHECK(comparison.high < 1.1);
  CHECK(comparison.confidence == doctest::Approx(0.9047619047619048));
  CHECK(*comparison.p == doctest::Approx(2.0 / 252));
  CHECK(comparison.method == "rank-sum");
  CHECK(comparison.base.median == 102);
  CHECK(comparison.head.median == 204);
  CHECK(comparison.doubts.empty());
}

TEST_CASE("the interval is that of the logarithms so that it mirrors when sides are swapped") {
  const Numbers base{100, 101, 102, 103, 107}, head{110, 115, 104, 108, 120};
  const Comparison there = compare(base, head, 0.95, 5), back = compare(head, base, 0.95, 5);
  CHECK((1 + there.low) * (1 + back.high) == doctest::Approx(1));
  CHECK((1 + there.high) * (1 + back.low) == doctest::Approx(1));
}

TEST_CASE("too few samples assume a noise of hosted runners and say so") {
  const Comparison comparison = compare(Numbers{100}, Numbers{120}, 0.95, 5);
  // log 1.2 -+ 2.3263 * 0.044 * sqrt 2 = 0.18232 -+ 0.14476
  CHECK(comparison.low == doctest::Approx(std::expm1(0.182322 - 0.144758)).epsilon(1e-4));
  CHECK(comparison.high == doctest::Approx(std::expm1(0.182322 + 0.144758)).epsilon(1e-4));
  CHECK(comparison.confidence == 0.98);
  CHECK(comparison.method == "assumed-noise");
  CHECK_FALSE(comparison.p);
  // (2.3263 + 0.8416) * 0.062225 = 0.19712
  CHECK(*comparison.smallest_detectable == doctest::Approx(std::expm1(0.197124)).epsilon(1e-4));
  REQUIRE(comparison.doubts.size() == 1);
  CHECK(comparison.doubts[0] ==
        "1 against 1 samples: their noise is assumed to be 4.4 %, not measured");
  CHECK(compare(Numbers{1, 2, 3, 4, 5}, Numbers{1, 2, 3, 4}, 0.95, 5).method == "assumed-noise");
  CHECK(compare(Numbers{1}, Numbers{1}, 0.95, 1).method == "assumed-noise");
}

TEST_CASE("samples too few for the confidence asked for are too few whatever the minimum") {
  // 2 against 2 reach 1 - 2/6; 5 against 5 reach 1 - 2/252 = 0.992 and not 0.998.
  CHECK(compare(Numbers{1, 2}, Numbers{5, 6}, 0.95, 2).method == "assumed-noise");
  CHECK(compare(Numbers{1, 2, 3}, Numbers{5, 6, 7}, 0.95, 3).method == "rank-sum");  // exactly 0.9
  const Numbers five{1, 2, 3, 4, 5};
  CHECK(compare(five, five, 0.99, 5).method == "rank-sum");
  CHECK(compare(five, five, 0.999, 5).method == "assumed-noise");
}

TEST_CASE("the smallest detectable change follows from the width of the interval") {
  const Numbers base{100, 101, 102, 103, 104}, head{100.5, 101.5, 102.5, 103.5, 104.5};
  const Comparison c = compare(base, head, 0.95, 5);
  const double half = (std::log1p(c.high) - std::log1p(c.low)) / 2;
  const double z = 1.6684;  // normal quantile of (1 + 0.90476) / 2
  CHECK(*c.smallest_detectable ==
        doctest::Approx(std::expm1(half / z * (z + 0.8416))).epsilon(1e-3));
  CHECK(*compare(base, base, 0.99, 5).smallest_detectable > 0);
}

// AC:exact-metrics
TEST_CASE("an exact metric is compared without interval and without test") {
  const Comparison comparison = compare_exact(Numbers{200}, Numbers{201});
  CHECK(comparison.change == doctest::Approx(0.005));
  CHECK(comparison.low == comparison.change);
  CHECK(comparison.high == comparison.change);
  CHECK(comparison.confidence == 1);
  CHECK(*comparison.smallest_detectable == 0);
  CHECK(comparison.method == "exact");
  CHECK_FALSE(comparison.p);
}

TEST_CASE("the interval of a change covers the true one as often as it says") {
  test::Random random(11);
  constexpr int trials = 3000;
  int covered = 0, below = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const Comparison c = compare(noisy(random, 8, 100, 0.03), noisy(random, 8, 105, 0.03), 0.95, 5);
    if (c.low <= 0.05 && 0.05 <= c.high) ++covered;
    if (c.low > 0.05) ++below;
  }
  // Two-sided 0.917 as the ranks of 8 against 8 reach; each side half of the rest.
  CHECK(std::abs(covered / double{trials} - 0.917) < 4 * std::sqrt(0.917 * 0.083 / trials));
  CHECK(below / double{trials} < 0.0415 + 4 * std::sqrt(0.0415 * 0.9585 / trials));
}

TEST_CASE("a finding shows the evidence as ratios of values whichever way is better") {
  const Numbers base{100, 101, 99, 100, 102, 98}, head{110, 111, 109, 110, 112, 108};
  for (const Better better : {Better::lower, Better::higher}) {
    const Evidence evidence =
        same_runner(log_costs(base, better), log_costs(head, better), Order::sequential, {});
    const Comparison shown = comparison_of(evidence, base, head, better, {}, "same-runner");
    CHECK(shown.change == doctest::Approx(0.1).epsilon(0.02));
    CHECK(shown.low < shown.change);
    CHECK(shown.high > shown.change);
    CHECK(shown.low > 0.05);
    CHECK(shown.confidence == doctest::Approx(0.9));
    CHECK(*shown.p < 0.01);
    CHECK(*shown.smallest_detectable > 0.03);
    CHECK(shown.method == "same-runner");
    CHECK(shown.head.median == 110);
    CHECK(decide(evidence, {}).verdict ==
          (better == Better::lower ? Verdict::fail : Verdict::improved));
  }
  const Numbers one{100};
  const Evidence few = same_runner(log_costs(one, Better::lower), log_costs(one, Better::lower),
                                   Order::sequential, {});
  CHECK(comparison_of(few, one, one, Better::lower, {}, "same-runner").doubts ==
        std::vector<std::string>{std::string(sentence(Doubt::few_values))});
}

}  // namespace
}  // namespace perfgate::stats
