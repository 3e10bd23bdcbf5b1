#include "stats/compare.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "stats/same_runner.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;

// AC:exact-metrics
TEST_CASE("an exact metric is compared without interval and without test") {
  const Comparison comparison = compare_exact(Numbers{200}, Numbers{201});
  CHECK(comparison.change == doctest::Approx(0.005));
  CHECK(comparison.low == comparison.change);
  CHECK(comparison.high == comparison.change);
  CHECK(comparison.confidence == 1);
  CHECK(*comparison.smallest_detectable == 0);
  CHECK(comparison.design == Design::exact);
  CHECK_FALSE(comparison.p);
}

TEST_CASE("a finding shows the evidence as ratios of values whichever way is better") {
  const Numbers base{100, 101, 99, 100, 102, 98}, head{110, 111, 109, 110, 112, 108};
  for (const Better better : {Better::lower, Better::higher}) {
    const Evidence evidence =
        same_runner(log_costs(base, better), log_costs(head, better), Order::sequential, {});
    const Comparison shown = comparison_of(evidence, base, head, better, {}, Design::one_runner);
    CHECK(shown.change == doctest::Approx(0.1).epsilon(0.02));
    CHECK(shown.low < shown.change);
    CHECK(shown.high > shown.change);
    CHECK(shown.low > 0.05);
    CHECK(shown.confidence == doctest::Approx(0.9));
    CHECK(*shown.p < 0.01);
    CHECK(*shown.smallest_detectable > 0.03);
    CHECK(shown.design == Design::one_runner);
    CHECK(shown.head.median == 110);
    CHECK(decide(evidence, {}).verdict ==
          (better == Better::lower ? Verdict::fail : Verdict::improved));
  }
  const Numbers one{100};
  const Evidence few = same_runner(log_costs(one, Better::lower), log_costs(one, Better::lower),
                                   Order::sequential, {});
  CHECK(comparison_of(few, one, one, Better::lower, {}, Design::one_runner).doubts ==
        std::vector<std::string>{std::string(sentence(Doubt::few_values))});
}

}  // namespace
}  // namespace perfgate::stats
