#include "stats/verdict.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

/// A change of so many percent, known to so many.
Evidence evidence_of(double percent, double error_percent) {
  const double estimate = std::log1p(percent / 100), error = error_percent / 100;
  return {.estimate = estimate,
          .low = estimate - 1.645 * error,
          .high = estimate + 1.645 * error,
          .worse_by = estimate - 1.282 * error,
          .better_by = estimate + 1.282 * error,
          .standard_error = error,
          .p_worse = 0.5 * std::erfc((estimate - std::log1p(0.01)) / error / std::sqrt(2.0)),
          .p_better = 0.5 * std::erfc((-estimate - std::log1p(0.01)) / error / std::sqrt(2.0)),
          .base_count = 10,
          .head_count = 10};
}

Verdict verdict_of(const Evidence& evidence, const Budget& budget = {}) {
  return decide(evidence, budget).verdict;
}

// AC:verdict-from-bounds
TEST_CASE("the verdict comes from the estimate and the bounds") {
  CHECK(verdict_of(evidence_of(5, 1)) == Verdict::fail);
  CHECK(verdict_of(evidence_of(5, 4)) == Verdict::inconclusive);  // the bound is within the floor
  CHECK(verdict_of(evidence_of(2.5, 0.5)) == Verdict::warn);      // worse, within the budget ...
  CHECK(verdict_of(evidence_of(2, 0.1)) == Verdict::pass);        // ... and shown to be
  CHECK(verdict_of(evidence_of(0, 1)) == Verdict::pass);
  CHECK(verdict_of(evidence_of(0, 3)) == Verdict::inconclusive);
  CHECK(verdict_of(evidence_of(-5, 1)) == Verdict::improved);
  CHECK(verdict_of(evidence_of(-5, 4)) == Verdict::pass);
  CHECK(verdict_of(evidence_of(-5, 6)) == Verdict::inconclusive);
  CHECK(verdict_of(evidence_of(-2.5, 0.5)) == Verdict::pass);
  CHECK(decide(evidence_of(5, 1), {}).reason == Reason::regressed);
  CHECK(decide(evidence_of(0, 3), {}).reason == Reason::uncertain);
}

TEST_CASE("exactly the budget is not beyond it") {
  CHECK(verdict_of(evidence_of(3, 0.1)) == Verdict::warn);
  CHECK(verdict_of(evidence_of(3.01, 0.1)) == Verdict::fail);
}

TEST_CASE("bands decide what warns and what fails") {
  const Budget both{.warn = 0.05, .fail = 0.10};
  CHECK(verdict_of(evidence_of(12, 1), both) == Verdict::fail);
  CHECK(verdict_of(evidence_of(7, 1), both) == Verdict::warn);
  CHECK(verdict_of(evidence_of(4.5, 2), both) == Verdict::inconclusive);
  CHECK(verdict_of(evidence_of(2, 1), both) == Verdict::pass);
  const Budget warn_only{.warn = 0.05, .fail = std::nullopt};
  CHECK(verdict_of(evidence_of(12, 1), warn_only) == Verdict::warn);
  CHECK(verdict_of(evidence_of(12, 1), {.fail = std::nullopt}) == Verdict::pass);
}

TEST_CASE("relative and absolute bands are exceeded only together") {
  CHECK(band(0.03, std::nullopt, 100) == 0.03);
  CHECK(band(std::nullopt, 5.0, 100) == 0.05);
  CHECK(band(0.03, 5.0, 100) == 0.05);
  CHECK(band(0.03, 1.0, 100) == 0.03);
  CHECK_FALSE(band(std::nullopt, std::nullopt, 100));
}

// AC:never-pass-from-little
TEST_CASE("too little data never passes") {
  Evidence evidence = evidence_of(0, 0.01);
  evidence.enough = false;
  CHECK(verdict_of(evidence) == Verdict::inconclusive);
  CHECK(decide(evidence, {}).reason == Reason::too_few_samples);
}

TEST_CASE("what else is known can take a failure or an improvement back") {
  Evidence worse = evidence_of(5, 0.5);
  worse.agree_worse = false;
  worse.doubts = {Doubt::fastest_unmoved};
  CHECK(verdict_of(worse) == Verdict::inconclusive);
  CHECK(decide(worse, {}).doubts == worse.doubts);
  Evidence better = evidence_of(-5, 0.5);
  better.agree_better = false;
  CHECK(verdict_of(better) == Verdict::pass);
}

TEST_CASE("a suite's decisions are never worse than those of its members alone") {
  test::Random random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<Evidence> family;
    for (int i = 0; i < 40; ++i) family.push_back(evidence_of(8 * random.normal(), 2));
    for (const auto correction :
         {Correction::none, Correction::benjamini_hochberg, Correction::holm}) {
      const auto together = decide_together(family, {}, correction);
      for (std::size_t i = 0; i < family.size(); ++i) {
        const Decision alone = decide(family[i], {});
        if (together[i].verdict == alone.verdict) continue;
        CHECK(correction != Correction::none);
        CHECK(alone.verdict != Verdict::pass);
        CHECK(alone.verdict != Verdict::inconclusive);
        CHECK(
            (together[i].verdict == Verdict::inconclusive || together[i].verdict == Verdict::pass));
        CHECK(together[i].doubts.back() == Doubt::one_of_many);
      }
    }
  }
}

TEST_CASE("one borderline failure among many is expected by chance") {
  std::vector<Evidence> family(200, evidence_of(0, 1));
  family[17] = evidence_of(4, 1.5);
  CHECK(verdict_of(family[17]) == Verdict::fail);
  CHECK(decide_together(family, {})[17].verdict == Verdict::inconclusive);
  CHECK(decide_together(family, {}, Correction::none)[17].verdict == Verdict::fail);
  family[17] = evidence_of(20, 1.5);
  CHECK(decide_together(family, {})[17].verdict == Verdict::fail);
  CHECK(decide_together(family, {}, Correction::holm)[17].verdict == Verdict::fail);
}

TEST_CASE("an improvement that may be chance still passes") {
  std::vector<Evidence> family(200, evidence_of(0, 1));
  family[3] = evidence_of(-4, 1.5);
  CHECK(decide_together(family, {})[3].verdict == Verdict::pass);
}

TEST_CASE("equivalence needs both one-sided tests") {
  CHECK(equivalence_p(evidence_of(0, 1), 0.03) < 0.01);
  CHECK(equivalence_p(evidence_of(2.9, 1), 0.03) == doctest::Approx(0.46).epsilon(0.02));
  CHECK(equivalence_p(evidence_of(-2.9, 1), 0.03) > 0.4);
  CHECK(equivalence_p(evidence_of(0, 5), 0.03) > 0.2);
}

TEST_CASE("what can be detected is what fails so often") {
  const Evidence precise = evidence_of(0, 0.5), coarse = evidence_of(0, 4);
  CHECK(smallest_detectable(precise, {}) == doctest::Approx(0.0343).epsilon(0.01));
  CHECK(smallest_detectable(coarse, {}) == doctest::Approx(0.0995).epsilon(0.01));
  CHECK(smallest_detectable(coarse, {}, 0.5) < smallest_detectable(coarse, {}, 0.9));
  CHECK(smallest_detectable(coarse, {.fail = std::nullopt}) == smallest_detectable(coarse, {}));
  // By simulation: estimates about a shift of that size.
  test::Random random(8);
  const double shift = std::log1p(smallest_detectable(coarse, {}));
  int failed = 0;
  for (int round = 0; round < 2000; ++round)
    failed +=
        verdict_of(evidence_of(100 * as_ratio(shift + 0.04 * random.normal()), 4)) == Verdict::fail
            ? 1
            : 0;
  CHECK(failed > 1500);
  CHECK(failed < 1700);
}

TEST_CASE("an undecided comparison says how many further values would decide it") {
  CHECK(further_values(evidence_of(0, 1), {}) == 0);
  // 1.645 * 3 / sqrt(n / 10) below log 1.03.
  CHECK(further_values(evidence_of(0, 3), {}) == 18);
  CHECK(further_values(evidence_of(3, 3), {}, 500) == 500);
  const Evidence slower = evidence_of(6, 5);
  const int more = further_values(slower, {});
  CHECK(more > 0);
  const double factor = std::sqrt(10.0 / (10 + more));
  CHECK(verdict_of(evidence_of(6, 5 * factor)) == Verdict::fail);
  Evidence few = evidence_of(0, 1);
  few.base_count = 2;
  few.enough = false;
  CHECK(further_values(few, {}) == 3);
  Evidence doubted = evidence_of(6, 1);
  doubted.agree_worse = false;
  CHECK(further_values(doubted, {}, 100) == 100);
  Evidence lasting = evidence_of(0, 3);
  lasting.lasting_error = 2.9 / 100;
  CHECK(further_values(lasting, {}, 100) == 100);
  lasting.lasting_error = 1.0 / 100;
  CHECK(further_values(lasting, {}) > 18);
}

TEST_CASE("costs of either direction are worse when they are larger") {
  const std::vector<double> values{2, 4};
  CHECK(log_costs(values, Better::lower)[1] - log_costs(values, Better::lower)[0] ==
        doctest::Approx(std::log(2.0)));
  CHECK(log_costs(values, Better::higher)[1] - log_costs(values, Better::higher)[0] ==
        doctest::Approx(-std::log(2.0)));
  CHECK(as_ratio(std::log(1.2)) == doctest::Approx(0.2));
}

TEST_CASE("every doubt has its sentence") {
  for (int i = 0; i <= static_cast<int>(Doubt::one_of_many); ++i)
    CHECK(sentence(static_cast<Doubt>(i)).size() > 20);
}

TEST_CASE("a budget of values is one of costs turned where higher is better") {
  const Budget values{.floor = 0.01, .warn = 0.05, .fail = 0.5};
  CHECK(in_costs(values, Better::lower).fail == 0.5);
  const Budget costs = in_costs(values, Better::higher);
  CHECK(costs.floor == doctest::Approx(1 / 0.99 - 1));
  CHECK(*costs.warn == doctest::Approx(1 / 0.95 - 1));
  CHECK(*costs.fail == doctest::Approx(1));
  CHECK_FALSE(in_costs({.fail = {}}, Better::higher).fail);
  // Nothing falls by more than all of it.
  CHECK(*in_costs({.fail = 2}, Better::higher).fail > 1e8);
}

TEST_CASE("each member of a family is held to its own budget") {
  const std::vector<Evidence> family(3, evidence_of(8, 0.5));
  const std::vector<Budget> budgets{{}, {.fail = 0.2}, {.warn = 0.05, .fail = 0.2}};
  const auto decisions = decide_members(family, budgets);
  CHECK(decisions[0].verdict == Verdict::fail);
  CHECK(decisions[1].verdict == Verdict::pass);
  CHECK(decisions[2].verdict == Verdict::warn);
}

TEST_CASE("where nothing of the error would go more values are no advice") {
  Evidence evidence = evidence_of(0, 3);
  evidence.lasting_error = evidence.standard_error;
  CHECK(further_values(evidence, {}, 100) == 100);
}

}  // namespace
}  // namespace perfgate::stats
