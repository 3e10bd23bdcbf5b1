#include "stats/changepoint_fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

/// min over m of sum of min((y - m)^2, limit^2), tried on every stretch between two bends.
double segment_cost(std::span<const double> values, double limit) {
  std::vector<double> bends;
  for (const double value : values) {
    bends.push_back(value - limit);
    bends.push_back(value + limit);
  }
  std::ranges::sort(bends);
  const auto at = [&](double m) {
    double cost = 0;
    for (const double value : values) cost += std::min((value - m) * (value - m), limit * limit);
    return cost;
  };
  double best = at(bends.front());
  for (std::size_t i = 0; i + 1 < bends.size(); ++i) {
    const double inside = (bends[i] + bends[i + 1]) / 2;
    double sum = 0, count = 0;
    for (const double value : values)
      if (std::abs(value - inside) < limit) {
        sum += value;
        ++count;
      }
    best = std::min(best, at(bends[i]));
    if (count > 0) best = std::min(best, at(std::clamp(sum / count, bends[i], bends[i + 1])));
  }
  return best;
}

double cost_of(std::span<const double> values, const std::vector<std::size_t>& changes,
               double limit, double penalty) {
  double cost = penalty * static_cast<double>(changes.size());
  for (std::size_t i = 0; i <= changes.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : changes[i - 1];
    const std::size_t end = i < changes.size() ? changes[i] : values.size();
    cost += segment_cost(values.subspan(begin, end - begin), limit);
  }
  return cost;
}

/// The least cost of all cuts, by dynamic programming over all segments.
double least_cost(std::span<const double> values, double limit, double penalty) {
  std::vector<double> least{-penalty};
  for (std::size_t end = 1; end <= values.size(); ++end) {
    double best = 1e300;
    for (std::size_t begin = 0; begin < end; ++begin)
      best = std::min(
          best, least[begin] + penalty + segment_cost(values.subspan(begin, end - begin), limit));
    least.push_back(best);
  }
  return least.back();
}

std::vector<double> steps(test::Random& random, std::size_t n, bool quantised) {
  std::vector<double> values;
  double level = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (random.uniform() < 0.08) level += 6 * random.normal();
    const double noise = random.uniform() < 0.1 ? 20 * random.normal() : random.normal();
    values.push_back(quantised ? std::round(level + noise) : level + noise);
  }
  return values;
}

// AC:detect-exact
TEST_CASE("the cut has the least cost that trying all of them finds") {
  test::Random random(11);
  for (int round = 0; round < 120; ++round) {
    const auto n = 2 + static_cast<std::size_t>(random.uniform() * 30);
    const double limit = 1 + 4 * random.uniform(), penalty = 1 + 20 * random.uniform();
    const auto values = steps(random, n, round % 3 == 0);
    const LevelFit fit = fit_levels(values, limit, penalty);
    const double least = least_cost(values, limit, penalty);
    CHECK(fit.cost == doctest::Approx(least).epsilon(1e-9));
    CHECK(cost_of(values, fit.changes, limit, penalty) == doctest::Approx(least).epsilon(1e-9));
  }
  const auto values = steps(random, 60, false);
  CHECK(fit_levels(values, 3, 12).cost == doctest::Approx(least_cost(values, 3, 12)).epsilon(1e-9));
}

TEST_CASE("a series of one value or of equal values is one segment") {
  CHECK(fit_levels({}, 3, 10).changes.empty());
  CHECK(fit_levels(std::vector<double>{4}, 3, 10).changes.empty());
  CHECK(fit_levels(std::vector<double>(50, 4.0), 3, 10).changes.empty());
}

TEST_CASE("a few outliers are cheaper to leave out than to follow") {
  std::vector<double> values(60, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 2 == 0 ? 0.5 : -0.5;
  for (std::size_t i = 30; i < 33; ++i) values[i] = 1e9;
  CHECK(fit_levels(values, 3, 15).changes.empty());
  for (std::size_t i = 30; i < 36; ++i) values[i] = 1e9;
  CHECK(fit_levels(values, 3, 15).changes == std::vector<std::size_t>{30, 36});
}

}  // namespace
}  // namespace perfgate::stats
