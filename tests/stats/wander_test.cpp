#include "stats/wander.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

using namespace perfgate;

namespace {

using Launches = std::vector<std::vector<double>>;  // of each benchmark

/// Launches of some benchmarks: noise of each, and what all of a launch have in common.
Launches side(test::Random& random, std::size_t benchmarks, std::size_t launches, double noise,
              double common) {
  Launches side(benchmarks);
  for (std::size_t launch = 0; launch < launches; ++launch) {
    const double shared = common * random.normal();
    for (std::size_t i = 0; i < benchmarks; ++i)
      side[i].push_back(static_cast<double>(i) + shared + noise * random.normal());
  }
  return side;
}

double session_wander(const Launches& base, const Launches& head) {
  std::vector<stats::Sides> sides;
  for (std::size_t i = 0; i < base.size(); ++i) sides.push_back({base[i], head[i]});
  return stats::session_wander(sides);
}

}  // namespace

TEST_CASE("benchmarks that have only noise of their own show no wander") {
  test::Random random(1);
  int shown = 0;
  for (int i = 0; i < 1000; ++i)
    shown += session_wander(side(random, 6, 10, 0.05, 0), side(random, 6, 10, 0.05, 0)) > 0;
  CHECK(shown <= 20);  // at a level of 1 %
}

// AC:uneven-machine
TEST_CASE("what launches have in common is found in its size") {
  test::Random random(2);
  double sum = 0;
  for (int i = 0; i < 200; ++i)
    sum += session_wander(side(random, 8, 10, 0.01, 0.1), side(random, 8, 10, 0.01, 0.1));
  // Independent launches of deviation s differ by one of sqrt(2) s.
  CHECK(sum / 200 == doctest::Approx(0.1 * std::sqrt(2.0)).epsilon(0.05));
}

TEST_CASE(
    "a level that differs between the sides and one launch beside the others move it little") {
  test::Random random(3);
  const Launches base = side(random, 6, 10, 0.01, 0.03);
  Launches head = side(random, 6, 10, 0.01, 0.03);
  const double before = session_wander(base, head);
  REQUIRE(before > 0);
  for (auto& benchmark : head)
    for (double& value : benchmark) value += 0.7;
  CHECK(session_wander(base, head) == doctest::Approx(before));
  for (auto& benchmark : head) benchmark[4] += 0.3;
  CHECK(session_wander(base, head) < 3 * before);
}

TEST_CASE("too few benchmarks or launches and equal values show nothing") {
  test::Random random(4);
  const auto shown = [&](std::size_t benchmarks, std::size_t launches) {
    return session_wander(side(random, benchmarks, launches, 0.001, 0.1),
                          side(random, benchmarks, launches, 0.001, 0.1)) > 0;
  };
  CHECK(shown(3, 5));
  CHECK_FALSE(shown(2, 20));
  CHECK_FALSE(shown(20, 4));
  const Launches same(4, std::vector<double>(8, 1.0));
  CHECK(session_wander(same, same) == 0);
  CHECK(session_wander({}, {}) == 0);
}

TEST_CASE("benchmarks of another number of launches are left out") {
  test::Random random(5);
  Launches base = side(random, 6, 10, 0.01, 0.05), head = side(random, 6, 10, 0.01, 0.05);
  const double before = session_wander(base, head);
  REQUIRE(before > 0);
  for (int i = 0; i < 3; ++i) {
    base.push_back(std::vector<double>(3, 1.0));
    head.push_back(std::vector<double>(10, 1.0));
  }
  CHECK(session_wander(base, head) == before);
}

TEST_CASE("a suite whose benchmarks move apart shows what the machine did to single processes") {
  test::Random random(6);
  // Each benchmark's shift by the machine, its noise, and what the code adds to some of them.
  const auto wander = [&](std::size_t benchmarks, double machine, std::size_t changed,
                          double change) {
    Launches base(benchmarks), head(benchmarks);
    for (std::size_t i = 0; i < benchmarks; ++i) {
      const double shift = machine * random.normal() + (i < changed ? change : 0);
      for (int k = 0; k < 10; ++k) {
        base[i].push_back(0.01 * random.normal());
        head[i].push_back(shift + 0.01 * random.normal());
      }
    }
    std::vector<stats::Sides> sides;
    for (std::size_t i = 0; i < benchmarks; ++i) sides.push_back({base[i], head[i]});
    return stats::suite_wander(sides);
  };
  const auto mean = [&](std::size_t benchmarks, double machine, std::size_t changed,
                        double change) {
    double sum = 0;
    for (int i = 0; i < 200; ++i) sum += wander(benchmarks, machine, changed, change) / 200;
    return sum;
  };
  CHECK(mean(40, 0.1, 0, 0) == doctest::Approx(0.1 * std::sqrt(2.0)).epsilon(0.15));
  CHECK(mean(40, 0, 0, 0) < 0.001);
  CHECK(mean(6, 0, 0, 0) < 0.001);
  CHECK(mean(40, 0, 40, 0.2) < 0.001);  // all alike
  // Of half of them the whole range counts, and not the change.
  CHECK(mean(40, 0, 20, 0.2) < 0.03);
  CHECK(mean(40, 0, 20, 2.0) < 0.03);
  CHECK(mean(40, 0, 12, 0.2) < 0.006);
  CHECK(wander(3, 0.1, 0, 0) == 0);
  CHECK(wander(6, 0, 3, 0.2) < 0.02);
}

TEST_CASE("what wanders is added to what the evidence does not know") {
  const stats::Evidence before{.estimate = 0.2,
                               .low = 0.15,
                               .high = 0.25,
                               .worse_by = 0.17,
                               .better_by = 0.23,
                               .standard_error = 0.02,
                               .p_worse = 1e-9,
                               .p_better = 1};
  stats::Evidence evidence = before;
  stats::allow_wander(evidence, 0, {});
  CHECK(evidence == before);
  stats::allow_wander(evidence, 0.1, {});
  CHECK(evidence.estimate == 0.2);
  CHECK(evidence.worse_by < 0);
  CHECK(evidence.better_by > 0.4);
  CHECK(evidence.low < 0.05);
  CHECK(evidence.high > 0.35);
  CHECK(evidence.lasting_error == 0.1);
  CHECK(evidence.p_worse > 0.02);
  CHECK(evidence.p_better == 1);
}
