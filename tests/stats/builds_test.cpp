#include "stats/builds.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "stats/same_runner.hpp"
#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

/// Rounds of log costs: each of as many builds shifts head by its own.
struct Rounds {
  std::vector<double> base, head;
};
Rounds rounds_of(const std::vector<double>& shifts, int rounds, double noise,
                 std::uint64_t seed = 1) {
  test::Random random(seed);
  Rounds result;
  for (int i = 0; i < rounds; ++i) {
    result.base.push_back(noise * random.normal());
    result.head.push_back(noise * random.normal() +
                          shifts[static_cast<std::size_t>(i) % shifts.size()]);
  }
  return result;
}

Evidence of(const Rounds& rounds, int builds) {
  const Evidence evidence = same_runner(rounds.base, rounds.head, Order::interleaved, {});
  return over_builds(evidence, rounds.base, rounds.head, builds, {});
}

TEST_CASE("bounds are never closer than those of the builds") {
  const Rounds apart = rounds_of({0.0, 0.1, 0.2}, 30, 0.001);
  const Evidence evidence = of(apart, 3);
  // Means 0, 0.1 and 0.2: standard error 0.1 / sqrt 3, Student's t with two degrees of freedom.
  const double error = 0.1 / std::sqrt(3.0);
  CHECK(evidence.high - evidence.estimate == doctest::Approx(2.919986 * error).epsilon(0.02));
  CHECK(evidence.estimate - evidence.low == doctest::Approx(2.919986 * error).epsilon(0.02));
  CHECK(evidence.worse_by == doctest::Approx(evidence.estimate - 1.885618 * error).epsilon(0.05));
  CHECK(evidence.lasting_error == doctest::Approx(error).epsilon(0.02));
  CHECK(evidence.p_worse > 0.05);
  CHECK(evidence.p_better > 0.9);
  CHECK(decide(evidence, {}).verdict == Verdict::inconclusive);
}

TEST_CASE("builds that agree cost nothing but their small number") {
  const Rounds alike = rounds_of({0.1, 0.1, 0.1}, 30, 0.005);
  const Evidence evidence = of(alike, 3);
  CHECK(decide(evidence, {}).verdict == Verdict::fail);
  CHECK(evidence.lasting_error < 0.002);
}

TEST_CASE("with one pair of builds the evidence is what it was") {
  const Rounds rounds = rounds_of({0.1, 0.2}, 10, 0.01);
  const Evidence plain = same_runner(rounds.base, rounds.head, Order::interleaved, {});
  CHECK(over_builds(plain, rounds.base, rounds.head, 1, {}) == plain);
  CHECK(over_builds(plain, rounds.base, rounds.head, 0, {}) == plain);
  CHECK(over_builds(plain, std::span(rounds.base).first(1), rounds.head, 3, {}) == plain);
}

TEST_CASE("where two builds of one program differ by chance hardly ever one fails") {
  int failures = 0;
  constexpr int trials = 400;
  for (int trial = 0; trial < trials; ++trial) {
    test::Random luck(1000 + static_cast<std::uint64_t>(trial));
    const Rounds rounds =
        rounds_of({0.03 * luck.normal(), 0.03 * luck.normal(), 0.03 * luck.normal()}, 12, 0.005,
                  static_cast<std::uint64_t>(trial));
    failures += decide(of(rounds, 3), {}).verdict == Verdict::fail;
  }
  CHECK(failures <= trials * 5 / 100);
}

}  // namespace
}  // namespace perfgate::stats
