#include "gate/drift.hpp"

#include <doctest/doctest.h>

#include "gate/judge.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::find_reason;
using test::make_run;

Judgement against_anchor(const Run& head, const Run& anchor, const Policy& policy = {},
                         double base_multiplier = 1.0) {
  const Run base = make_run({.multiplier = base_multiplier, .id = "base"});
  const auto result = judge(
      head,
      {.run = &base, .state = BaselineState::active, .anchor = {.run = &anchor, .name = "v1.4"}},
      policy);
  if (!result) FAIL(result.error().message);
  return *result;
}

// AC:drift
TEST_CASE("what is within the budget of one step is caught when the steps add up") {
  const Run anchor = make_run({.id = "anchor"});
  const auto with = [&](double total, const Policy& policy = {}) {
    return against_anchor(make_run({.multiplier = total, .id = "head"}), anchor, policy,
                          total / 1.02);
  };
  const Judgement within = with(1.078);
  CHECK(within.exit_code == 0);
  REQUIRE(within.drift);
  CHECK(within.drift->anchor == "v1.4");
  CHECK(within.drift->run_id == "anchor");
  CHECK(within.drift->change == doctest::Approx(0.078));
  CHECK(within.drift->budget == 0.1);
  CHECK_FALSE(find_reason(within, Reason::drifted));
  CHECK(with(1.1).exit_code == 0);  // exactly 10 % is not more than 10 %

  const Judgement beyond = with(1.12);
  CHECK(beyond.exit_code == 1);
  const Finding* drifted = find_reason(beyond, Reason::drifted);
  REQUIRE(drifted);
  CHECK(drifted->verdict == Verdict::fail);
  CHECK(drifted->anchor == "v1.4");
  CHECK(drifted->why.starts_with("since v1.4: "));
  CHECK(drifted->why.ends_with("slower by more than 10 %"));

  Policy wide;
  wide.baseline.drift_budget = test::dec("0.2");
  CHECK(with(1.12, wide).exit_code == 0);
  wide.baseline.drift_budget.reset();
  CHECK(with(1.5, wide).exit_code == 0);
  CHECK_FALSE(with(1.5, wide).drift);
}

TEST_CASE("what got better makes no room for what got worse") {
  const Run anchor = make_run({.id = "anchor"});
  Run head = make_run({.scores = {{"sort", 500}, {"search", 560}, {"decode", 2000}}, .id = "head"});
  const Judgement judgement = against_anchor(head, anchor);
  REQUIRE(judgement.drift);
  CHECK(judgement.drift->benchmark == "search");
  CHECK(judgement.drift->change == doctest::Approx(0.12));
  CHECK(find_reason(judgement, Reason::drifted)->benchmark == "search");
}

TEST_CASE("of a headline that should be high less is worse") {
  const Run anchor = make_run({.id = "anchor", .headlines = test::headlines()});
  const Run head = make_run({.id = "head", .headlines = test::headlines(0.85)});
  const Judgement judgement = against_anchor(head, anchor);
  REQUIRE(judgement.drift);
  CHECK(judgement.drift->change == doctest::Approx(0.15));
  CHECK_FALSE(judgement.drift->headline.empty());
}

TEST_CASE("drift that noise could explain is inconclusive") {
  const Run anchor = make_run({.noise = 0.3, .seed = 5, .id = "anchor"});
  const Run head = make_run({.multiplier = 1.14, .noise = 0.3, .seed = 9, .id = "head"});
  const Judgement judgement = against_anchor(head, anchor);
  CHECK_FALSE(find_reason(judgement, Reason::drifted));
  bool unsure = false;
  for (const Finding& finding : judgement.findings)
    unsure |= !finding.anchor.empty() && finding.verdict == Verdict::inconclusive;
  CHECK(unsure == (judgement.drift->change > 0.1));
}

TEST_CASE("rules say what drift is looked for in") {
  Policy policy;
  Rule never{.benchmark = "search"};
  never.bands = Bands{};
  policy.rules = {never};
  const Run anchor = make_run({.id = "anchor"});
  const Run head =
      make_run({.scores = {{"sort", 1000}, {"search", 900}, {"decode", 2000}}, .id = "head"});
  CHECK_FALSE(find_reason(against_anchor(head, anchor, policy), Reason::drifted));
  policy.rules[0].bands->fail = test::dec("5");
  CHECK(find_reason(against_anchor(head, anchor, policy), Reason::drifted));
}

TEST_CASE("an anchor of another host and one that is not there are told") {
  const Run anchor = make_run({.id = "anchor", .cpu = "Another"});
  const Judgement other = against_anchor(make_run({.multiplier = 1.5}), anchor, {}, 1.5);
  CHECK(other.exit_code == 0);
  CHECK_FALSE(other.drift);
  REQUIRE(other.notes.size() == 1);
  CHECK(other.notes[0].text.starts_with(
      "the anchor v1.4 was measured on another class of host (cpu_model: "));
  const auto absent = judge(make_run(), {.anchor = {.name = "v9"}}, {});
  REQUIRE(absent);
  REQUIRE(absent->notes.size() == 1);
  CHECK(absent->notes[0].text.starts_with(
      "the policy measures drift from the anchor v9, and there is none of this name"));
}

}  // namespace
}  // namespace perfgate::gate
