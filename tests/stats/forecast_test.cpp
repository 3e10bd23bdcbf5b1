#include "stats/forecast.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

std::vector<double> ramp(std::size_t n, double slope, double noise, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i)
    values.push_back(100 + slope * static_cast<double>(i) + noise * random.normal());
  return values;
}

TEST_CASE("robust line: an exact line is found, and predicted without doubt") {
  const auto line = robust_line(ramp(20, 0.5, 0, 1));
  REQUIRE(line);
  CHECK(line->slope == doctest::Approx(0.5));
  CHECK(line->intercept == doctest::Approx(100));
  const auto next = line->at(30);
  CHECK(next.value == doctest::Approx(115));
  CHECK(next.high - next.low == doctest::Approx(0));
}

TEST_CASE("robust line: a fifth of wild values does not move it") {
  std::vector<double> values = ramp(50, 0.5, 0.1, 2);
  for (std::size_t i = 0; i < values.size(); i += 5) values[i] *= 10;
  const auto line = robust_line(values);
  CHECK(line->slope == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("robust line: fewer than eight values say nothing") {
  CHECK_FALSE(robust_line(ramp(7, 1, 0, 1)));
  CHECK(robust_line(ramp(8, 1, 0, 1)));
}

// AC:report-forecast
TEST_CASE("robust line: what comes next lies within the bounds about as often as they say") {
  int inside = 0, slopes = 0;
  constexpr int trials = 500;
  for (int trial = 0; trial < trials; ++trial) {
    const auto values = ramp(45, 0.2, 1, static_cast<std::uint64_t>(trial + 1));
    const auto line = robust_line(std::span(values).first(40), 0.9);
    const auto next = line->at(44);
    inside += next.low <= values[44] && values[44] <= next.high ? 1 : 0;
    slopes += line->slope_low <= 0.2 && 0.2 <= line->slope_high ? 1 : 0;
  }
  CHECK(inside >= trials * 0.87);
  CHECK(inside <= trials * 0.97);
  CHECK(slopes >= trials * 0.86);
  CHECK(slopes <= trials * 0.95);
}

}  // namespace
}  // namespace perfgate::stats
