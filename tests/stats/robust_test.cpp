#include "stats/robust.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

std::vector<double> noise(int n, std::uint64_t seed, double rho = 0) {
  test::Random random(seed);
  std::vector<double> values;
  double last = 0;
  for (int i = 0; i < n; ++i) {
    last = rho * last + random.normal() * std::sqrt(1 - rho * rho);
    values.push_back(last);
  }
  return values;
}

TEST_CASE("the robust deviation is the standard one for normal values and ignores outliers") {
  auto values = noise(4000, 1);
  CHECK(robust_deviation(values) == doctest::Approx(1).epsilon(0.05));
  for (std::size_t i = 0; i < values.size(); i += 10) values[i] = 1e6;
  CHECK(robust_deviation(values) == doctest::Approx(1).epsilon(0.25));
  CHECK(robust_deviation(std::vector<double>{3}) == 0);
}

TEST_CASE("the deviation from differences does not see a change of level") {
  auto values = noise(4000, 2);
  for (std::size_t i = 2000; i < values.size(); ++i) values[i] += 50;
  CHECK(difference_deviation(values) == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE("an outlier is pulled in and its neighbours are left alone") {
  std::vector<double> values{10, 11, 9, 10, 99, 10, 11, 9, 10};
  const auto clipped = hampel_clip(values, 4, 3);
  CHECK(clipped[4] < 16);
  CHECK(clipped[4] > 10);
  values[4] = clipped[4];
  CHECK(clipped == values);
  const std::vector<double> flat{5, 5, 5, 9, 5, 5, 5};
  CHECK(hampel_clip(flat, 3, 3) == flat);
}

TEST_CASE("autocorrelation at lag one is found and widens") {
  CHECK(lag1_autocorrelation(noise(5000, 3)) == doctest::Approx(0).epsilon(0.03));
  CHECK(lag1_autocorrelation(noise(5000, 4, 0.6)) == doctest::Approx(0.6).epsilon(0.08));
  CHECK(lag1_autocorrelation(std::vector<double>{1, 2}) == 0);
  CHECK(lag1_autocorrelation(std::vector<double>{1, 1, 1, 1}) == 0);
  CHECK(autocorrelation_widening(0) == 1);
  CHECK(autocorrelation_widening(-0.5) == 1);
  CHECK(autocorrelation_widening(0.6) == doctest::Approx(2));
  CHECK(autocorrelation_widening(1) == doctest::Approx(std::sqrt(19.0)));
}

}  // namespace
}  // namespace perfgate::stats
