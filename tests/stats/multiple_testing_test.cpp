#include "stats/multiple_testing.hpp"

#include <doctest/doctest.h>

namespace perfgate::stats {
namespace {

TEST_CASE("Benjamini and Hochberg's own example rejects four of fifteen at five percent") {
  // Benjamini & Hochberg (1995), section 3.2.
  const std::vector<double> p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                              0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto adjusted = benjamini_hochberg(p);
  int rejected = 0;
  for (const double a : adjusted) rejected += a <= 0.05 ? 1 : 0;
  CHECK(rejected == 4);
  CHECK(adjusted[3] == doctest::Approx(0.0095 * 15 / 4));
  int by_holm = 0;
  for (const double a : holm(p)) by_holm += a <= 0.05 ? 1 : 0;
  CHECK(by_holm == 3);
}

TEST_CASE("adjusted p-values keep the order given and never fall with p") {
  const std::vector<double> p{0.04, 0.01, 0.03, 0.02};
  CHECK(benjamini_hochberg(p) == std::vector<double>{0.04, 0.04, 0.04, 0.04});
  const auto adjusted = holm(p);
  CHECK(adjusted[1] == doctest::Approx(0.04));
  CHECK(adjusted[3] == doctest::Approx(0.06));
  CHECK(adjusted[2] == doctest::Approx(0.06));
  CHECK(adjusted[0] == doctest::Approx(0.06));
  CHECK(holm(std::vector<double>{0.7, 0.9}) == std::vector<double>{1, 1});
  CHECK(benjamini_hochberg({}).empty());
}

}  // namespace
}  // namespace perfgate::stats
