#include "gate/advisory.hpp"

#include <doctest/doctest.h>

#include "gate/qualify.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::make_run;

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

Policy until_qualified() {
  Policy policy;
  policy.advisory = Advisory::until_qualified;
  return policy;
}

Run measured() { return make_run({.noise = 0.004, .launches = 40}); }

Qualification good() {
  auto result = qualify(measured(), {}, {.experiments = 100});
  REQUIRE(result);
  REQUIRE(result->qualified);
  return *std::move(result);
}

// AC:advisory-until-qualified
TEST_CASE("a gate stands back until a qualification speaks for the run") {
  const Policy policy = until_qualified();
  const Run run = make_run();
  const Qualification qualification = good();
  const Time now = qualification.measured;
  const auto why = [&](const Qualification& q, const Policy& p = until_qualified()) {
    const Standing result = standing(run, p, &q, now);
    CHECK(result.advisory == result.why.starts_with("advisory"));
    return result.why;
  };
  CHECK(standing(run, {}, nullptr, now).why.empty());
  CHECK(standing(run, policy, nullptr, now).why.contains("there is no qualification.json"));
  CHECK(why(qualification).starts_with("qualified by qualification.json of "));

  Qualification other = qualification;
  other.qualified = false;
  CHECK(why(other).contains("its last qualification failed"));
  other = qualification;
  other.method = "median-rank-sum/1";
  CHECK(why(other).contains("median-rank-sum/1"));
  other = qualification;
  other.host_class = "cpu_model=another";
  CHECK(why(other).contains("another class of host"));
  other = qualification;
  other.benchmarks.erase(other.benchmarks.begin());
  CHECK(why(other).contains("was not part of its qualification"));
  other = qualification;
  other.benchmarks[0].finest.reset();
  CHECK(why(other).contains("no failing band"));
  Policy finer = policy;
  finer.regression_fail_threshold = test::dec("0.0101");
  CHECK(why(qualification, finer).contains("fails beyond 1.01 %"));
  Policy never = policy;
  never.regression_fail_threshold.reset();
  CHECK(why(qualification, never).starts_with("qualified"));
  const Standing old = standing(run, policy, &qualification, Time{now.unix_ms + 91 * day_ms});
  CHECK(old.advisory);
  CHECK(old.why.contains("91 days old"));
}

// AC:advisory-exit
TEST_CASE("an advisory verdict is shown and only what was not measured is still an error") {
  const Run base = make_run({.noise = 0.004}), slow = make_run({.multiplier = 1.2, .noise = 0.004});
  Judgement judgement = test::judged(slow, &base, {});
  CHECK(judgement.exit_code == 1);
  Policy always;
  always.advisory = Advisory::always;
  stand_back(judgement, standing(slow, always, nullptr, {}));
  CHECK(judgement.exit_code == 0);
  CHECK(judgement.verdict == Verdict::fail);
  CHECK(judgement.summary.ends_with("[FAIL] (advisory)"));
  CHECK(judgement.advisory == "advisory: the policy says always");
  CHECK(judgement.notes.back().text == judgement.advisory);

  Run partial = slow;
  partial.benchmarks.pop_back();
  judgement = test::judged(partial, &base, {});
  stand_back(judgement, standing(partial, always, nullptr, {}));
  CHECK(judgement.exit_code == 3);
}

TEST_CASE("a qualified gate says so and keeps its exit") {
  const Run base = make_run({.noise = 0.004}), slow = make_run({.multiplier = 1.2, .noise = 0.004});
  Judgement judgement = test::judged(slow, &base, {});
  const Qualification qualification = good();
  stand_back(judgement, standing(slow, until_qualified(), &qualification, qualification.measured));
  CHECK(judgement.exit_code == 1);
  CHECK(judgement.advisory.empty());
  CHECK(judgement.notes.back().text.starts_with("qualified by"));
}

}  // namespace
}  // namespace perfgate::gate
