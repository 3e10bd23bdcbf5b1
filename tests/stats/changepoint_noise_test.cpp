#include "stats/changepoint_noise.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

std::vector<double> autoregressive(int n, double rho, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<double> values;
  double last = 0;
  for (int i = 0; i < n; ++i) values.push_back(last = rho * last + random.normal());
  return values;
}

TEST_CASE("the noise of a series is not moved by changes of level or outliers") {
  auto values = autoregressive(4000, 0, 3);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += i / 1000 % 2 == 0 ? 0 : 30;
  for (std::size_t i = 0; i < values.size(); i += 50) values[i] = 1e5;
  CHECK(series_noise(values) == doctest::Approx(1).epsilon(0.08));
}

TEST_CASE("a series whose values mostly repeat has noise too") {
  test::Random random(4);
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) values.push_back(random.uniform() < 0.2 ? 101 : 100);
  const double noise = series_noise(values);
  CHECK(noise > 0.2);
  CHECK(noise < 1);
  CHECK(series_noise(std::vector<double>(20, 3.0)) == 0);
  CHECK(series_noise(std::vector<double>{3}) == 0);
  CHECK(series_noise(std::vector<double>{3, 3}) == 0);
}

TEST_CASE("the long-run deviation grows with autocorrelation") {
  CHECK(long_run_deviation(autoregressive(5000, 0, 5), 0) == doctest::Approx(1).epsilon(0.1));
  // An autoregressive series of order one has the long-run deviation 1 / (1 - rho).
  CHECK(long_run_deviation(autoregressive(5000, 0.5, 6), 0) == doctest::Approx(2).epsilon(0.2));
  CHECK(long_run_deviation(autoregressive(500, -0.5, 7), 0) > 0.9);  // never below the spread
  CHECK(long_run_deviation({}, 0.3) == 0.3);
  CHECK(long_run_deviation(std::vector<double>(9, 0.0), 0.3) == 0.3);
}

}  // namespace
}  // namespace perfgate::stats
