#include "stats/sequential.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

const std::vector<double> looks{5 / 30.0, 8 / 30.0, 12 / 30.0, 18 / 30.0, 24 / 30.0, 1.0};

double standard_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

TEST_CASE("boundaries by alpha spending are the published ones") {
  // Published for these looks, rounded; the first follows from the definition alone.
  const auto fleming = spending_boundaries(Spending::obrien_fleming, 0.05, looks);
  CHECK(standard_tail(fleming[0]) ==
        doctest::Approx(spent(Spending::obrien_fleming, 0.05, looks[0])));
  const std::vector<double> expected{0, 3.61, 2.90, 2.29, 1.96, 1.74};
  for (std::size_t k = 1; k < looks.size(); ++k) {
    CAPTURE(k);
    CHECK(std::abs(fleming[k] - expected[k]) < 0.015);
  }
  const std::vector<double> even{2.23, 2.30, 2.23, 2.12, 2.10, 2.08};
  const auto pocock = spending_boundaries(Spending::pocock, 0.05, looks);
  for (std::size_t k = 0; k < looks.size(); ++k) {
    CAPTURE(k);
    CHECK(std::abs(pocock[k] - even[k]) < 0.06);
  }
}

TEST_CASE("a single look is the plain test") {
  const auto one = spending_boundaries(Spending::pocock, 0.05, std::vector<double>{1.0});
  CHECK(one[0] == doctest::Approx(1.6448536).epsilon(1e-6));
  CHECK(spent(Spending::obrien_fleming, 0.05, 1) == doctest::Approx(0.05));
  CHECK(spent(Spending::pocock, 0.05, 1) == doctest::Approx(0.05));
  CHECK(spent(Spending::pocock, 0.05, 0) == 0);
}

TEST_CASE("all looks together err as often as allowed") {
  test::Random random(5);
  for (const Spending spending : {Spending::obrien_fleming, Spending::pocock}) {
    const auto boundaries = spending_boundaries(spending, 0.05, looks);
    constexpr int rounds = 40000;
    int stopped = 0;
    for (int round = 0; round < rounds; ++round) {
      double score = 0, before = 0;
      for (std::size_t k = 0; k < looks.size(); ++k) {
        score += random.normal() * std::sqrt(looks[k] - before);
        before = looks[k];
        if (score / std::sqrt(before) >= boundaries[k]) {
          ++stopped;
          break;
        }
      }
    }
    CHECK(stopped / static_cast<double>(rounds) == doctest::Approx(0.05).epsilon(0.07));
  }
}

}  // namespace
}  // namespace perfgate::stats
