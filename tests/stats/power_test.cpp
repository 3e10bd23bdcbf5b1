#include "stats/power.hpp"

#include <doctest/doctest.h>

namespace perfgate::stats {
namespace {

TEST_CASE("the smallest detectable shift is the one that is seen with the power asked for") {
  const double shift = smallest_detectable(0.01, 0.01, 1.645, 0.8);
  CHECK(shift == doctest::Approx(0.01 + (1.645 + 0.8416212) * 0.01));
  CHECK(power(shift, 0.01, 0.01, 1.645) == doctest::Approx(0.8));
  CHECK(power(0.01, 0.01, 0.01, 1.645) == doctest::Approx(0.05).epsilon(0.01));
  CHECK(power(0.02, 0, 0.01, 1.645) == 1);
  CHECK(power(0.01, 0, 0.01, 1.645) == 0);
}

TEST_CASE("four times the samples decide what is half as far away") {
  CHECK(samples_to_decide(10, 0.02, 0.0329, 1.645, 1000) == 10);
  CHECK(samples_to_decide(10, 0.02, 0.01645, 1.645, 1000) == 40);
  CHECK(samples_to_decide(10, 0.02, 1e-9, 1.645, 1000) == 1000);
  CHECK(samples_to_decide(10, 0.02, 0, 1.645, 1000) == 1000);
  CHECK(samples_to_decide(10, 0.001, 0.5, 1.645, 1000) == 10);
}

}  // namespace
}  // namespace perfgate::stats
