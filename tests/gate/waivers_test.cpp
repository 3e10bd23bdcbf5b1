#include "gate/waivers.hpp"

#include <doctest/doctest.h>

#include "gate/judge.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::find_reason;
using test::finding_of;
using test::make_run;

constexpr Time now{1'795'000'000'000};

Waiver waiver(double max_change, std::string benchmark = "*") {
  return {.id = "w1",
          .benchmark = std::move(benchmark),
          .max_change = max_change,
          .reason = "a new format",
          .ticket = "T-1",
          .owner = "ann",
          .expires = {now.unix_ms + 1},
          .origin = "waivers.toml:3"};
}

Judgement judged_with(const std::vector<Waiver>& waivers, double multiplier = 1.08,
                      bool partial = false, const Policy& policy = {}) {
  const Run base = make_run({.id = "base", .headlines = test::headlines()});
  const Run head = make_run(
      {.multiplier = multiplier, .id = "head", .headlines = test::headlines(1 / multiplier)});
  Judgement judgement = test::judged(head, &base, policy);
  apply_waivers(judgement, head, waivers, "main", now, partial);
  conclude(judgement, policy);
  return judgement;
}

// AC:waivers
TEST_CASE("a regression within a waiver is accepted and shown and beyond it stays") {
  CHECK(judged_with({}).exit_code == 1);
  const Judgement accepted = judged_with({waiver(0.08)});
  CHECK(accepted.exit_code == 0);
  const Finding& sort = finding_of(accepted, "sort");
  CHECK(sort.reason == Reason::accepted);
  CHECK(sort.verdict == Verdict::pass);
  CHECK_FALSE(sort.code);
  CHECK(sort.waiver == "w1");
  CHECK(sort.why.ends_with("; accepted up to 8 % until " + date_text(now) +
                           " by waiver `w1`: a new format (T-1)"));
  CHECK(finding_of(accepted, "comp3").reason == Reason::accepted);
  REQUIRE(accepted.waivers.size() == 1);
  CHECK(accepted.waivers[0].owner == "ann");

  const Judgement beyond = judged_with({waiver(0.0799)});
  CHECK(beyond.exit_code == 1);
  CHECK(finding_of(beyond, "sort").reason == Reason::regressed);
  CHECK(finding_of(beyond, "sort").why.ends_with("; waiver `w1` covers only 7.99 %"));
  CHECK(beyond.waivers.size() == 1);

  // Only what its globs match, and the widest that does.
  const Judgement one = judged_with({waiver(0.08, "sort")});
  CHECK(one.exit_code == 1);
  CHECK(finding_of(one, "sort").reason == Reason::accepted);
  CHECK(finding_of(one, "decode").reason == Reason::regressed);
  CHECK(finding_of(one, "comp3").reason == Reason::regressed);
  Waiver wide = waiver(0.2);
  wide.id = "w2";
  const Judgement two = judged_with({waiver(0.01), wide});
  CHECK(two.exit_code == 0);
  CHECK(finding_of(two, "sort").waiver == "w2");
}

TEST_CASE("a waiver of another branch is not looked at") {
  Waiver other = waiver(0.5, "nothing");
  other.branch = "release/*";
  const Judgement judgement = judged_with({other}, 1.0);
  CHECK(judgement.exit_code == 0);
  CHECK(judgement.waivers.empty());
}

// AC:waivers-dead
TEST_CASE("a waiver that matches nothing fails and so does one past its date") {
  const Judgement dead = judged_with({waiver(0.08, "soort")}, 1.0);
  CHECK(dead.exit_code == 1);
  const Finding* finding = find_reason(dead, Reason::waiver_dead);
  REQUIRE(finding);
  CHECK(finding->verdict == Verdict::fail);
  CHECK(finding->code == Code::slo);
  CHECK(finding->waiver == "w1");
  CHECK(finding->why ==
        "waiver `w1` (waivers.toml:3) matches no measured benchmark metric (suite `*`, benchmark "
        "`soort`, metric `*`): take it out, or mend its globs");
  CHECK(dead.waivers.size() == 1);
  // Where not everything was measured it may be alive.
  CHECK(judged_with({waiver(0.08, "soort")}, 1.0, true).exit_code == 0);

  Waiver old = waiver(0.08);
  old.expires = {now.unix_ms - 1};
  const Judgement expired = judged_with({old});
  CHECK(expired.exit_code == 1);
  CHECK(finding_of(expired, "sort").reason == Reason::regressed);
  finding = find_reason(expired, Reason::waiver_expired);
  REQUIRE(finding);
  CHECK(finding->why.starts_with("waiver `w1` (waivers.toml:3) expired on "));
  CHECK(judged_with({old}, 1.0).exit_code == 1);
  old.expires = now;
  CHECK(judged_with({old}).exit_code == 0);
}

// AC:waivers-limits
TEST_CASE("a floor is never waived") {
  Policy policy;
  policy.headlines = {{.headline = "comp3", .floor = test::limit("560 MiB/s")}};
  const Judgement judgement = judged_with({waiver(0.5)}, 1.08, false, policy);
  CHECK(judgement.exit_code == 1);
  const Finding* violated = find_reason(judgement, Reason::limit_violated);
  REQUIRE(violated);
  CHECK(violated->waiver.empty());
}

TEST_CASE("a waiver names suite and metric and a headline by its name") {
  const Run run = make_run({.headlines = test::headlines()});
  const auto alive = [&](const char* suite, const char* benchmark, const char* metric) {
    return matches_any({.suite = suite, .benchmark = benchmark, .metric = metric}, run);
  };
  CHECK(alive("suite", "sort", "time"));
  CHECK_FALSE(alive("other", "sort", "time"));
  CHECK_FALSE(alive("suite", "sort", "memory"));
  CHECK(alive("*", "comp3", "headline"));
  CHECK(alive("*", "comp3", "*"));
  CHECK_FALSE(alive("suite", "comp3", "*"));
  CHECK_FALSE(alive("*", "comp3", "time"));
  CHECK_FALSE(matches({.benchmark = "*"}, Finding{}));
}

}  // namespace
}  // namespace perfgate::gate
