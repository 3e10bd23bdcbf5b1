#include "gate/promotion.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::judged;
using test::make_run;

const Criterion& named(const std::vector<Criterion>& criteria, std::string_view name) {
  for (const Criterion& criterion : criteria)
    if (criterion.name == name) return criterion;
  FAIL("no criterion " << std::string(name));
  return criteria.front();
}

PromotionFacts good_facts() { return {.branch = "main", .merged = true, .tests_passed = true}; }

Criterion criterion_of(std::string_view name, const PromotionFacts& facts,
                       const Run& run = make_run(), const Run* base = nullptr,
                       const Policy& policy = {}) {
  return named(promotion_criteria(run, judged(run, base, policy), policy, facts), name);
}

// AC:promotion-criteria
TEST_CASE("a good run meets every criterion and each says why") {
  const Run run = make_run();
  const auto criteria = promotion_criteria(run, judged(run, nullptr, {}), {}, good_facts());
  std::string names;
  for (const Criterion& criterion : criteria) {
    CAPTURE(criterion.name);
    CHECK(criterion.met);
    CHECK_FALSE(criterion.outcome.empty());
    names += criterion.name + "|";
  }
  CHECK(names ==
        "branch|merged|forward|SLOs met|no regression|tests passed|complete inventory|same host "
        "class|"
        "enough samples|");
  CHECK(all_met(criteria));
}

TEST_CASE("each criterion alone refuses the promotion") {
  struct Case {
    const char* name;
    void (*spoil)(Run&, Run& base, PromotionFacts&, Policy&);
    std::string outcome;
  };
  const Case cases[] = {
      {"branch", [](Run&, Run&, PromotionFacts& f, Policy&) { f.branch = "feature/x"; },
       "`feature/x` is not one that the policy promotes for (main, master)"},
      {"branch", [](Run&, Run&, PromotionFacts& f, Policy&) { f.branch = ""; },
       "the run carries no branch: name it with --branch"},
      {"merged", [](Run&, Run&, PromotionFacts& f, Policy&) { f.merged = false; },
       "commit 0123456789ab is not on `main`"},
      {"merged", [](Run& r, Run&, PromotionFacts&, Policy&) { r.commit.dirty = true; },
       "the work tree had changes that are in no commit"},
      {"SLOs met",
       [](Run&, Run&, PromotionFacts&, Policy& p) {
         p.rules = {{.benchmark = "sort", .ceiling = test::limit("1 ns")}};
       },
       "sort time is 1,000.00 ns: above the ceiling of 1 ns by 999.00 ns (99900.0 %)"},
      {"no regression",
       [](Run&, Run& b, PromotionFacts&, Policy&) {
         b = make_run({.scores = {{"sort", 500}, {"search", 500}, {"decode", 2000}}, .id = "b"});
       },
       "sort time: 1 µs against 500 ns, +100.00 % (+100.00 % to +100.00 %): slower by more than 3 "
       "%"},
      {"tests passed", [](Run&, Run&, PromotionFacts& f, Policy&) { f.tests_passed.reset(); },
       "not said: give --tests-passed, or --tests FILE"},
      {"tests passed", [](Run&, Run&, PromotionFacts& f, Policy&) { f.tests_passed = false; },
       "the caller says they failed"},
      {"complete inventory",
       [](Run& r, Run&, PromotionFacts&, Policy&) { r.benchmarks[2].samples.clear(); },
       "decode: the harness reported no value for it"},
      {"same host class", [](Run&, Run&, PromotionFacts& f, Policy&) { f.other_host_class = true; },
       "the branch has baselines of other host classes only: --new-host-class begins one for this"},
      {"enough samples",
       [](Run&, Run&, PromotionFacts&, Policy& p) { p.promotion.min_samples = 9; },
       "sort time has 8, and the policy asks for 9: raise `repetitions`"},
      {"enough samples", [](Run&, Run&, PromotionFacts&, Policy& p) { p.promotion.min_runs = 2; },
       "1 run of this commit, and the policy asks for 2"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.outcome);
    Run run = make_run(), base = make_run({.id = "base"});
    PromotionFacts facts = good_facts();
    Policy policy;
    c.spoil(run, base, facts, policy);
    const auto criteria = promotion_criteria(run, judged(run, &base, policy), policy, facts);
    CHECK_FALSE(all_met(criteria));
    const Criterion& spoiled = named(criteria, c.name);
    CHECK_FALSE(spoiled.met);
    CHECK(spoiled.outcome == c.outcome);
    for (const Criterion& other : criteria)
      if (other.name != c.name) CHECK_MESSAGE(other.met, other.name << ": " << other.outcome);
  }
}

TEST_CASE("never one lucky sample becomes a baseline") {
  CHECK_FALSE(criterion_of("enough samples", good_facts(), make_run({.launches = 1})).met);
}

TEST_CASE("a limit that the noise leaves open refuses the promotion") {
  Policy policy;
  policy.rules = {{.benchmark = "sort", .ceiling = test::limit("1000 ns")}};
  CHECK_FALSE(
      criterion_of("SLOs met", good_facts(), make_run({.noise = 0.05, .seed = 3}), nullptr, policy)
          .met);
}

TEST_CASE("a regression that only warns refuses the promotion too") {
  Policy policy;
  policy.regression_threshold = test::dec("0.05");
  policy.regression_fail_threshold.reset();
  const Run base = make_run({.id = "base"});
  CHECK_FALSE(
      criterion_of("no regression", good_facts(), make_run({.multiplier = 1.2}), &base, policy)
          .met);
}

TEST_CASE("what is not known is said and not held against the run") {
  PromotionFacts facts = good_facts();
  facts.merged.reset();
  CHECK(criterion_of("merged", facts).outcome ==
        "there is no repository to look in: the caller's word is taken");
  CHECK(criterion_of("no regression", facts).outcome ==
        "there is no baseline yet to be slower than");
  const Run noisy = make_run({.noise = 0.2, .seed = 4}), base = noisy;
  CHECK(
      criterion_of("no regression", facts, noisy, &base).outcome.contains("could not be decided"));
  const Run other = make_run({.id = "b", .cpu = "Other"});
  CHECK(criterion_of("no regression", facts, make_run(), &other).outcome ==
        "the baseline in force is of another host class: nothing could be compared");
}

TEST_CASE("a new host class begins where that is allowed") {
  PromotionFacts facts = good_facts();
  facts.other_host_class = facts.new_host_class_allowed = true;
  const Criterion criterion = criterion_of("same host class", facts);
  CHECK(criterion.met);
  CHECK(criterion.outcome == "a new host class, as --new-host-class allows");
}

// AC:promotion-forward
TEST_CASE("promotion goes forward only by commits and else by time") {
  const Run run = make_run();
  Run base = make_run({.id = "base", .sha = "fedcba9876543210fedcba9876543210fedcba98"});
  PromotionFacts facts = good_facts();
  const auto forward = [&](const Run& head) { return criterion_of("forward", facts, head); };
  CHECK(forward(run).outcome == "there is no baseline to go back from");
  facts.in_force = &base;

  facts.is_ancestor = true;
  facts.is_descendant = false;
  CHECK_FALSE(forward(run).met);
  CHECK(forward(run).outcome ==
        "commit 0123456789ab comes before fedcba987654, that of the baseline in force: `perfgate "
        "baseline rollback` goes back");
  facts.is_ancestor = false;
  facts.is_descendant = true;
  CHECK(forward(run).met);
  CHECK(forward(run).outcome ==
        "commit 0123456789ab comes after fedcba987654, that of the baseline in force");

  // Git does not know, or they stand beside each other: time decides.
  facts.is_descendant = false;
  CHECK(forward(run).met);
  Run older = run;
  older.started.unix_ms -= 1;
  CHECK_FALSE(forward(older).met);
  CHECK(forward(older).outcome.starts_with("the run of 2025-11-20T11:59:59.999Z is older"));
  facts.is_ancestor.reset();
  facts.is_descendant.reset();
  older.commit.time = Time{5};
  base.commit.time = Time{5};
  CHECK(forward(older).met);
  older.commit.time = Time{4};
  CHECK_FALSE(forward(older).met);
  CHECK(forward(older).outcome.starts_with("the commit of 1970-01-01T00:00:00.004Z is older"));

  Run same = older;
  same.commit.sha = base.commit.sha;
  CHECK(forward(same).met);
}

TEST_CASE("branches are globs and exact metrics need no samples") {
  Policy policy;
  policy.promotion.branches = {"release/*"};
  PromotionFacts facts = good_facts();
  facts.branch = "release/1.2";
  CHECK(criterion_of("branch", facts, make_run(), nullptr, policy).met);
  Run run = make_run();
  test::add_metric(run, {.name = "instructions", .better = Better::lower, .exact = true}, {5});
  test::add_metric(run, {.name = "depth"}, {5});
  CHECK(criterion_of("enough samples", good_facts(), run).met);
}

}  // namespace
}  // namespace perfgate::gate
