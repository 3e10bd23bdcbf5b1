#include "gate/suspicion.hpp"

#include <doctest/doctest.h>

using namespace perfgate;

namespace {

Run run_with(Better better) {
  Run run;
  run.metrics = {{.name = "time", .unit = BaseUnit::second, .better = better}};
  return run;
}

Finding finding(Verdict verdict, Reason reason, Design design, double change) {
  return {.suite = "s",
          .benchmark = "a",
          .metric = "time",
          .reason = reason,
          .verdict = verdict,
          .comparison = Comparison{.change = change, .design = design}};
}

Policy policy() {
  Policy policy;
  policy.regression_fail_threshold = Decimal::nearest(0.05);
  return policy;
}

bool suspected(const Finding& one, Better better = Better::lower, bool warnings_fail = false) {
  return gate::is_suspicion(one, run_with(better), policy(), warnings_fail);
}

}  // namespace

// AC:suspicion
TEST_CASE("what fails by values that vary is looked at again") {
  for (const Design design : {Design::one_runner, Design::two_runners, Design::window})
    CHECK(suspected(finding(Verdict::fail, Reason::regressed, design, 0.2)));
  for (const Design design : {Design::exact, Design::interleaved, Design::printed})
    CHECK_FALSE(suspected(finding(Verdict::fail, Reason::regressed, design, 0.2)));
  const Finding warning = finding(Verdict::warn, Reason::slower_within_fail, Design::window, 0.04);
  CHECK_FALSE(suspected(warning));
  CHECK(suspected(warning, Better::lower, true));
  CHECK_FALSE(suspected({.reason = Reason::limit_violated, .verdict = Verdict::fail}));
  Finding drift = finding(Verdict::fail, Reason::regressed, Design::window, 0.2);
  drift.anchor = "v1";
  CHECK_FALSE(suspected(drift));
}

TEST_CASE("what the policy fails for, measuring by turns may answer") {
  Finding open = finding(Verdict::inconclusive, Reason::uncertain, Design::two_runners, -0.2);
  Finding elsewhere{.reason = Reason::other_host, .verdict = Verdict::not_comparable};
  CHECK_FALSE(suspected(open));
  CHECK_FALSE(suspected(elsewhere));
  CHECK(suspected(open, Better::lower, true));
  CHECK(suspected(elsewhere, Better::lower, true));
  Policy strict = policy();
  strict.on_inconclusive = strict.on_not_comparable = OnState::fail;
  const auto red = [&](const Finding& one) {
    return gate::is_suspicion(one, run_with(Better::lower), strict, false);
  };
  CHECK(red(open));
  CHECK(red(elsewhere));
  elsewhere.reason = Reason::too_far;
  CHECK_FALSE(red(elsewhere));
  open.comparison->design = Design::interleaved;
  CHECK_FALSE(red(open));
  open.comparison->design = Design::window;
  open.anchor = "v1";
  CHECK_FALSE(red(open));
}

TEST_CASE("of two sessions on one machine so is what more of the same would not decide") {
  const auto open = [](double change, Design design = Design::one_runner) {
    return finding(Verdict::inconclusive, Reason::uncertain, design, change);
  };
  CHECK(suspected(open(0.2)));
  CHECK_FALSE(suspected(open(0.05)));
  CHECK_FALSE(suspected(open(-0.2)));
  CHECK(suspected(open(-0.2), Better::higher));
  CHECK_FALSE(suspected(open(0.2), Better::higher));
  CHECK_FALSE(suspected(open(0.2, Design::two_runners)));
  Finding few = open(0.2);
  few.comparison->further_values = 4;
  CHECK_FALSE(suspected(few));
  Finding other = open(0.2);
  other.metric = "unknown";
  CHECK_FALSE(suspected(other));
  // A rule of its own holds for it.
  Policy lenient = policy();
  lenient.rules = {{.benchmark = "a", .bands = Bands{.fail = Decimal::nearest(0.5)}}};
  CHECK_FALSE(gate::is_suspicion(open(0.2), run_with(Better::lower), lenient, false));
}
