#include "stats/proportion.hpp"

#include <doctest/doctest.h>

namespace perfgate::stats {
namespace {

TEST_CASE("the interval of a proportion is that of Wilson") {
  // Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
  const auto a = proportion(81, 263);
  CHECK(a.estimate == doctest::Approx(0.3080).epsilon(0.001));
  CHECK(a.low == doctest::Approx(0.2553).epsilon(0.001));
  CHECK(a.high == doctest::Approx(0.3662).epsilon(0.001));
  const auto b = proportion(15, 148);
  CHECK(b.low == doctest::Approx(0.0624).epsilon(0.002));
  CHECK(b.high == doctest::Approx(0.1605).epsilon(0.002));
  const auto c = proportion(0, 20);
  CHECK(c.low == 0);
  CHECK(c.high == doctest::Approx(0.1611).epsilon(0.001));
  const auto d = proportion(29, 29);
  CHECK(d.low == doctest::Approx(0.8830).epsilon(0.001));
  CHECK(d.high == 1);
}

TEST_CASE("of no trials nothing is known") {
  CHECK(proportion(0, 0).low == 0);
  CHECK(proportion(0, 0).high == 1);
}

}  // namespace
}  // namespace perfgate::stats
