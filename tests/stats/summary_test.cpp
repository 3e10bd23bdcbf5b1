#include "stats/summary.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

std::vector<double> one_to(int n) {
  std::vector<double> values;
  for (int i = n; i >= 1; --i) values.push_back(i);
  return values;
}

TEST_CASE("the median is the middle value or the mean of the two middle ones") {
  CHECK(median({3}) == 3);
  CHECK(median({5, 1, 3}) == 3);
  CHECK(median({4, 1, 3, 2}) == 2.5);
  CHECK(median({1e308, 1.5e308}) == 1.25e308);  // their sum is no double
}

// Coverage of (k, n + 1 - k) is 1 - 2 P(B <= k - 1), B ~ Binomial(n, 1/2): Conover (1999), 3.2.
// AC:median-interval
TEST_CASE("the interval of a median has the coverage of its order statistics") {
  struct Case {
    int n;
    double low, high, coverage;
  };
  for (const Case& c : {Case{1, 1, 1, 0},
                        {2, 1, 2, 0.5},                      // 1 - 2/4
                        {5, 1, 5, 0.9375},                   // 1 - 2/32: less than asked
                        {6, 1, 6, 0.96875},                  // 1 - 2/64
                        {8, 1, 8, 0.9921875},                // 1 - 2/256; (2, 7) has 1 - 18/256
                        {9, 2, 8, 0.9609375},                // 1 - 2 (1 + 9)/512
                        {10, 2, 9, 0.978515625},             // 1 - 2 (1 + 10)/1024
                        {12, 3, 10, 0.961425781250},         // 1 - 2 (1 + 12 + 66)/4096
                        {20, 6, 15, 0.9586105346679688}}) {  // scipy.stats.binom.cdf(5, 20, 0.5)
    CAPTURE(c.n);
    const MedianInterval interval = median_interval(one_to(c.n), 0.95);
    CHECK(interval.low == c.low);
    CHECK(interval.high == c.high);
    CHECK(interval.confidence == doctest::Approx(c.coverage).epsilon(1e-12));
  }
}

TEST_CASE("a lower confidence narrows the interval of a median") {
  const MedianInterval interval = median_interval(one_to(8), 0.9);
  CHECK(interval.low == 2);
  CHECK(interval.high == 7);
  CHECK(interval.confidence == doctest::Approx(1 - 18.0 / 256));
  CHECK(median_interval(one_to(6), 0.781249999999).low == 2);  // (2, 5) covers 0.78125
  CHECK(median_interval(one_to(8), 18.0 / 256).low == 4);      // never past the middle
}

TEST_CASE("the interval of a median covers it as often as it says") {
  test::Random random(7);
  int covered = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    std::vector<double> values;
    for (int i = 0; i < 9; ++i) values.push_back(random.normal());
    const MedianInterval interval = median_interval(values, 0.95);
    if (interval.low <= 0 && 0 <= interval.high) ++covered;
  }
  // 0.9609 +- 4 standard errors of sqrt(.9609 * .0391 / 4000) = 0.0031
  CHECK(std::abs(covered / 4000.0 - 0.9609) < 0.0125);
}

TEST_CASE("a hundred thousand values are summarised in a moment") {
  std::vector<double> values = one_to(100'000);
  const auto begin = std::chrono::steady_clock::now();
  const Summary summary = summarize(values);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  CHECK(summary.median == 50'000.5);
  // Normal approximation: 50 000.5 -+ 1.96 sqrt(100 000) / 2 = 309.9
  CHECK(std::abs(summary.low - 49'690.5) < 3);
  CHECK(std::abs(summary.high - 50'310.5) < 3);
  CHECK(summary.confidence >= 0.95);
  CHECK(summary.confidence < 0.951);
}

TEST_CASE("a summary holds the moments and the extremes") {
  // numpy: mean 5, std(ddof=1) of these = sqrt(32/7)
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  const Summary summary = summarize(values);
  CHECK(summary.count == 8);
  CHECK(summary.launches == 1);
  CHECK(summary.median == 4.5);
  CHECK(summary.mean == doctest::Approx(5));
  CHECK(summary.deviation == doctest::Approx(std::sqrt(32.0 / 7)));
  CHECK(summary.minimum == 2);
  CHECK(summary.maximum == 9);
  CHECK(summary.low == 2);
  CHECK(summary.high == 9);
}

TEST_CASE("the deviation keeps its digits where the values are nearly equal") {
  const std::vector<double> values{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  CHECK(summarize(values).deviation == doctest::Approx(std::sqrt(30.0)).epsilon(1e-9));
}

TEST_CASE("a single value has no deviation and no confidence") {
  const std::vector<double> values{3};
  const Summary summary = summarize(values);
  CHECK(summary.deviation == 0);
  CHECK(summary.confidence == 0);
  CHECK(summary.low == 3);
  CHECK(summary.high == 3);
}

// AC:one-launch-one-sample
TEST_CASE("one process launch is one sample however many values it gave") {
  const Values values = test::values_of({{1, 2, 9}, {3, 3, 3}, {5, 4}});
  const Independent independent = independent_values(values, 3);
  CHECK(independent.values == std::vector<double>{2, 3, 4.5});
  CHECK(independent.independent);
}

TEST_CASE("with too few launches all values are taken and said to be dependent") {
  const Values values = test::values_of({{1, 2, 9}, {3, 3, 3}});
  const Independent pooled = independent_values(values, 3);
  CHECK(pooled.values.size() == 6);
  CHECK_FALSE(pooled.independent);
  const Independent single = independent_values(test::values_of({{1}, {2}}), 5);
  CHECK(single.values == std::vector<double>{1, 2});
  CHECK(single.independent);  // one value a launch: few, but not dependent
}

TEST_CASE("a run gets a summary beside every sample of more than one value") {
  Run run = test::make_run({.launches = 3, .repetitions = 2});
  test::add_metric(run, {.name = "items", .unit = BaseUnit::per_second}, {7});
  summarize(run);
  const auto summary = run.benchmarks[0].samples[0].values.summary();
  REQUIRE(summary);
  CHECK(summary->count == 6);
  CHECK(summary->launches == 3);
  CHECK_FALSE(run.benchmarks[0].samples[1].values.summary());
}

}  // namespace
}  // namespace perfgate::stats
