#include "gate/evidence.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "gate/waivers.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::dec;
using test::make_run;

/// A run as one side of an experiment, each launch a round.
Run side(Side which, double multiplier, int rounds, const Experiment& experiment,
         double noise = 0.002, std::uint64_t seed = 1) {
  Run run = make_run({.multiplier = multiplier,
                      .noise = noise,
                      .seed = seed,
                      .launches = rounds,
                      .id = which == Side::base ? "base" : "head"});
  run.experiment = experiment;
  run.experiment->id = "experiment";
  run.experiment->side = which;
  return run;
}

Judgement by_turns(double multiplier, int rounds, const Experiment& experiment,
                   const Policy& policy = {}, double noise = 0.002) {
  const Run base = side(Side::base, 1, rounds, experiment, noise, 1);
  const Run head = side(Side::head, multiplier, rounds, experiment, noise, 2);
  return test::judged(head, &base, policy);
}

/// As many benchmarks as a suite needs to know itself, measured on an instance of its own.
Run suite(double multiplier, std::uint64_t seed, std::string id, double noise = 0.01,
          int benchmarks = 12) {
  std::vector<test::Score> scores;
  for (int i = 0; i < benchmarks; ++i) scores.push_back({"b" + std::to_string(i), 100.0 * (i + 1)});
  return make_run({.multiplier = multiplier,
                   .noise = noise,
                   .seed = seed,
                   .scores = scores,
                   .id = id,
                   .sha = "commit of " + id,
                   .instance = "instance of " + id});
}

void slow_down(Run& run, const std::string& benchmark, double factor) {
  for (Benchmark& one : run.benchmarks) {
    if (one.name != benchmark) continue;
    Values values;
    for (const auto launch : one.samples[0].values.launches()) {
      values.next_launch();
      for (const double value : launch) values.add(value * factor);
    }
    one.samples[0].values = std::move(values);
  }
}

const Finding* of_suite(const Judgement& judgement) {
  for (const Finding& finding : judgement.findings)
    if (finding.benchmark.empty() && finding.headline.empty() && finding.comparison)
      return &finding;
  return nullptr;
}

/// So many past runs, an hour apart, each on an instance of its own.
std::vector<Run> history(int count, int benchmarks = 12, double noise = 0.01) {
  std::vector<Run> runs;
  for (int i = 0; i < count; ++i) {
    const std::string id = "past-" + std::to_string(i);
    runs.push_back(suite(1, 100 + static_cast<std::uint64_t>(i), id, noise, benchmarks));
    runs.back().started.unix_ms -= (count - i) * 7'200'000LL;
  }
  return runs;
}

Judgement against(const std::vector<Run>& window, const Run& head, const Policy& policy = {},
                  const std::vector<Run>& confirmations = {}, std::vector<Accepted> accepted = {}) {
  const auto result = judge(head,
                            {.run = &window.back(),
                             .state = BaselineState::active,
                             .window = window,
                             .confirmations = confirmations,
                             .accepted = std::move(accepted)},
                            policy);
  if (!result) FAIL(result.error().message);
  return *result;
}

// ---- By turns
// --------------------------------------------------------------------------------------

// AC:interleaved-looks
TEST_CASE("an interleaved comparison is decided at its first look that decides") {
  const Judgement worse = by_turns(1.1, 12, {.looks = {5, 8, 12}});
  CHECK(worse.verdict == Verdict::fail);
  CHECK(*worse.design == Design::interleaved);
  CHECK(worse.method == stats::verdict_method);
  CHECK(worse.experiment.starts_with("measured by turns on one machine"));
  REQUIRE(worse.smallest_detectable);
  for (const Finding& finding : worse.findings) {
    CHECK(*finding.comparison->design == Design::interleaved);
    CHECK(finding.comparison->base.count == 12);
  }
  // What the plan looks at later changes nothing for what was decided before.
  Run base = side(Side::base, 1, 12, {.looks = {5, 8, 12}});
  Run head = side(Side::head, 1.1, 12, {.looks = {5, 8, 12}}, 0.002, 2);
  Run cut_base = side(Side::base, 1, 5, {.looks = {5, 8, 12}});
  Run cut_head = cut_base;
  for (std::size_t b = 0; b < base.benchmarks.size(); ++b) {
    for (auto [from, to] : {std::pair{&base, &cut_base}, {&head, &cut_head}}) {
      Values values;
      for (int i = 0; i < 5; ++i) {
        values.next_launch();
        values.add(from->benchmarks[b].samples[0].values.all()[static_cast<std::size_t>(i)]);
      }
      to->benchmarks[b].samples[0].values = std::move(values);
    }
  }
  cut_head.experiment->side = Side::head;
  const Judgement early = test::judged(cut_head, &cut_base, {});
  const Judgement late = test::judged(head, &base, {});
  for (const Finding& finding : early.findings) {
    if (finding.verdict == Verdict::inconclusive) continue;
    const Finding& again = test::finding_of(late, finding.benchmark);
    CHECK(again.verdict == finding.verdict);
    CHECK(again.comparison->low == finding.comparison->low);
  }
}

TEST_CASE("what is one of many at one look is looked at again at the next") {
  // 60 benchmarks, of which one is 4 % slower in much noise: shown alone after 8 rounds, but not
  // among so many; 30 rounds show it.
  const auto at = [](int rounds, std::vector<int> looks) {
    std::vector<test::Score> scores;
    for (int i = 0; i < 60; ++i) scores.push_back({"b" + std::to_string(i), 100});
    const auto run_of = [&](Side which, std::uint64_t seed) {
      Run run = make_run({.noise = 0.02, .seed = seed, .launches = 30, .scores = scores});
      run.experiment = Experiment{.id = "e", .side = which, .looks = looks};
      for (Benchmark& benchmark : run.benchmarks) {
        Values kept;
        for (int i = 0; i < rounds; ++i) {
          kept.next_launch();
          kept.add(benchmark.samples[0].values.all()[static_cast<std::size_t>(i)]);
        }
        benchmark.samples[0].values = std::move(kept);
      }
      return run;
    };
    Run base = run_of(Side::base, 1), head = run_of(Side::head, 2);
    slow_down(head, "b7", 1.06);
    return test::judged(head, &base, {});
  };
  CHECK(test::finding_of(at(8, {8}), "b7").verdict != Verdict::fail);
  CHECK(test::finding_of(at(30, {8, 30}), "b7").verdict == Verdict::fail);
}

TEST_CASE("rounds beyond the last look that was reached are not looked at") {
  const Judgement at_eight = by_turns(1.02, 8, {.looks = {8, 20}}, {}, 0.03);
  const Judgement at_ten = by_turns(1.02, 10, {.looks = {10, 20}}, {}, 0.03);
  CHECK(at_eight.verdict == Verdict::inconclusive);
  CHECK(at_ten.verdict == Verdict::inconclusive);
  // Before the first look its bounds hold already: wider than without a plan.
  const Judgement before = by_turns(1, 8, {.looks = {10, 20}}, {}, 0.01);
  const Judgement unplanned = by_turns(1, 8, {}, {}, 0.01);
  CHECK(before.findings[0].comparison->high > unplanned.findings[0].comparison->high);
}

TEST_CASE("what is unsure says how many more rounds would settle it") {
  const Judgement judgement = by_turns(1.02, 8, {.looks = {8, 20}}, {}, 0.03);
  const Finding& finding = test::finding_of(judgement, "sort");
  REQUIRE(finding.verdict == Verdict::inconclusive);
  REQUIRE(finding.comparison->further_values);
  CHECK(*finding.comparison->further_values > 0);
  CHECK(finding.why.contains(
      fmt::format("about {} more round", *finding.comparison->further_values)));
}

TEST_CASE("too few rounds decide nothing") {
  const Judgement judgement = by_turns(1.05, 3, {.looks = {5, 8}});
  const Finding& finding = test::finding_of(judgement, "sort");
  CHECK(finding.reason == Reason::too_few_samples);
  CHECK(finding.why.contains("3 against 3 samples, and the policy asks for 5"));
  CHECK(finding.why.ends_with("about 2 more rounds would settle it"));
  // A round that one side lacks does not count.
  Run base = side(Side::base, 1, 8, {});
  const Run head = side(Side::head, 1.1, 6, {});
  CHECK(test::judged(head, &base, {}).verdict == Verdict::fail);
}

// AC:build-variance
TEST_CASE("with one build a side what code layout may do is no regression") {
  Policy policy;
  policy.build_variance = dec("0.2");
  CHECK(by_turns(1.1, 8, {}).verdict == Verdict::fail);
  CHECK(by_turns(1.1, 8, {}, policy).verdict != Verdict::fail);
  CHECK(by_turns(1.3, 8, {}, policy).verdict == Verdict::fail);
  CHECK(by_turns(1.1, 9, {.builds = 3}, policy).verdict == Verdict::fail);  // it was measured
  CHECK(by_turns(1.1, 8, {}).experiment.contains("--builds 3"));
}

TEST_CASE("builds that differ are the independent values and not their rounds") {
  const auto with_builds = [](std::vector<double> factors) {
    const Experiment experiment{.builds = static_cast<int>(factors.size())};
    const Run base = side(Side::base, 1, 12, experiment);
    Run head = side(Side::head, 1, 12, experiment, 0.002, 2);
    for (Benchmark& benchmark : head.benchmarks) {
      Values values;
      std::size_t i = 0;
      for (const double value : benchmark.samples[0].values.all()) {
        values.next_launch();
        values.add(value * factors[i++ % factors.size()]);
      }
      benchmark.samples[0].values = std::move(values);
    }
    return test::judged(head, &base, {});
  };
  CHECK(with_builds({1.1, 1.1, 1.1}).verdict == Verdict::fail);
  const Judgement apart = with_builds({0.97, 1.1, 1.16});
  CHECK(apart.verdict == Verdict::inconclusive);
  CHECK(apart.findings[0].why.contains("no number of rounds would settle it"));
}

// AC:identical-control
TEST_CASE("what shows between equal programs is a false alarm and is said") {
  const Judgement alarm = by_turns(1.1, 8, {.identical = true});
  CHECK(alarm.verdict == Verdict::pass);
  CHECK(alarm.findings[0].why.ends_with("; both sides are the same program: a false alarm"));
  REQUIRE(alarm.notes.size() == 1);
  CHECK(alarm.notes[0].severity == Severity::warning);
  CHECK(alarm.notes[0].text.starts_with(
      "both sides are the same program, and 3 of 3 comparisons show a change"));
  const Judgement quiet = by_turns(1, 8, {.identical = true});
  CHECK(quiet.verdict == Verdict::pass);
  CHECK(quiet.notes.empty());
  CHECK(quiet.findings[0].why.ends_with("; both sides are the same program"));
}

// ---- Two runners
// -----------------------------------------------------------------------------------

// AC:whole-suite
TEST_CASE("what a whole suite has in common is a finding of its own") {
  const Run base = suite(1, 1, "base");
  Run head = suite(1.2, 2, "head");
  slow_down(head, "b3", 1.25);
  const Judgement judgement = test::judged(head, &base, {});
  CHECK(*judgement.design == Design::two_runners);
  const Finding* shift = of_suite(judgement);
  REQUIRE(shift);
  CHECK(shift->suite == Symbol("suite"));
  CHECK(shift->verdict == Verdict::fail);
  CHECK(shift->reason == Reason::regressed);
  CHECK(shift->why.contains("the whole suite (12 benchmarks) is slower by 2"));
  CHECK(shift->why.contains("another runner, or a change that slowed everything"));
  CHECK(shift->why.ends_with("confirm on another instance"));
  CHECK(shift->comparison->change == doctest::Approx(0.2).epsilon(0.1));
  const Finding& slow = test::finding_of(judgement, "b3");
  CHECK(slow.verdict == Verdict::fail);
  CHECK(slow.comparison->change == doctest::Approx(0.25).epsilon(0.1));
  CHECK(*slow.comparison->suite_shift == doctest::Approx(0.2).epsilon(0.1));
  CHECK(slow.why.contains("of its whole suite"));
  CHECK(test::finding_of(judgement, "b1").verdict != Verdict::fail);

  CHECK_FALSE(of_suite(test::judged(suite(1, 2, "head"), &base, {})));
  const Judgement faster = test::judged(suite(0.7, 2, "head"), &base, {});
  REQUIRE(of_suite(faster));
  CHECK(of_suite(faster)->verdict == Verdict::improved);
  CHECK(of_suite(faster)->why.ends_with("or a change that sped up everything"));
  const Judgement doubtful = test::judged(suite(1.06, 2, "head"), &base, {});
  REQUIRE(of_suite(doubtful));
  CHECK(of_suite(doubtful)->verdict == Verdict::inconclusive);
}

TEST_CASE("a waiver of all benchmarks accepts what the whole suite has in common") {
  const Run base = suite(1, 1, "base"), head = suite(1.2, 2, "head");
  Judgement judgement = test::judged(head, &base, {});
  apply_waivers(judgement, head,
                {{.id = "w", .max_change = 0.3, .owner = "ann", .expires = {4'000'000'000'000}}},
                "main", {1'800'000'000'000}, false);
  CHECK(of_suite(judgement)->reason == Reason::accepted);
}

// AC:confirmations-agree
TEST_CASE("with confirmations only what all of them show fails") {
  const Run base = suite(1, 1, "base", 0.01, 4);
  Run head = suite(1, 2, "head", 0.01, 4), again = suite(1, 3, "again", 0.01, 4);
  slow_down(head, "b1", 1.4);
  slow_down(head, "b2", 1.4);
  slow_down(again, "b1", 1.4);
  const auto with = [&](const std::vector<Run>& confirmations, const Policy& policy = {}) {
    return *judge(head,
                  {.run = &base, .state = BaselineState::given, .confirmations = confirmations},
                  policy);
  };
  CHECK(test::finding_of(with({}), "b2").verdict == Verdict::fail);
  const Judgement confirmed = with({again});
  CHECK(test::finding_of(confirmed, "b1").verdict == Verdict::fail);
  const Finding& doubted = test::finding_of(confirmed, "b2");
  CHECK(doubted.verdict == Verdict::inconclusive);
  CHECK(doubted.why.contains("not every one of the runs is beyond"));
  // One that did not measure it shows nothing.
  again.benchmarks.clear();
  CHECK(test::finding_of(with({again}), "b1").verdict == Verdict::inconclusive);

  Policy policy;
  policy.baseline.confirm = 2;
  const Judgement early = with({}, policy);
  CHECK(early.verdict == Verdict::inconclusive);
  CHECK(test::finding_of(early, "b1").why.contains("the policy asks for 2 runs of this commit"));
  CHECK(test::finding_of(early, "b1").why.ends_with("run it once more"));
}

TEST_CASE("a whole suite that is slower must be so on every instance") {
  const Run base = suite(1, 1, "base"), head = suite(1.3, 2, "head");
  const auto with = [&](const std::vector<Run>& confirmations, int confirm = 1) {
    Policy policy;
    policy.baseline.confirm = confirm;
    return *judge(head,
                  {.run = &base, .state = BaselineState::given, .confirmations = confirmations},
                  policy);
  };
  CHECK(of_suite(with({suite(1.3, 3, "again")}))->verdict == Verdict::fail);
  CHECK(of_suite(with({suite(1, 3, "again")}))->verdict == Verdict::inconclusive);
  CHECK(of_suite(with({}, 2))->verdict == Verdict::inconclusive);
  CHECK(of_suite(with({}, 2))->why.ends_with("confirm on another instance (2 runs must agree)"));
}

TEST_CASE("fewer samples than the policy asks for are never a pass") {
  Policy policy;
  policy.min_samples = 10;
  const Run base = make_run({.noise = 0.002}), head = make_run({.noise = 0.002, .seed = 2});
  CHECK(test::judged(head, &base, {}).verdict == Verdict::pass);
  const Judgement judgement = test::judged(head, &base, policy);
  CHECK(judgement.findings[0].reason == Reason::too_few_samples);
  CHECK(judgement.findings[0].why.contains("8 against 8 samples, and the policy asks for 10"));
}

// ---- A window
// --------------------------------------------------------------------------------------

// AC:window
TEST_CASE("a run is held against the window of past runs and fails only beyond all of them") {
  const std::vector<Run> past = history(20);
  const Judgement same = against(past, suite(1, 7, "head"));
  CHECK(*same.design == Design::window);
  CHECK(same.experiment == "held against 20 past runs");
  CHECK(same.exit_code == 0);
  CHECK_FALSE(test::find_reason(same, Reason::regressed));
  Run head = suite(1, 7, "head");
  slow_down(head, "b5", 1.3);
  const Judgement worse = against(past, head);
  const Finding& slow = test::finding_of(worse, "b5");
  CHECK(slow.verdict == Verdict::fail);
  CHECK(*slow.comparison->design == Design::window);
  CHECK(slow.comparison->base.count == 20);
  CHECK(slow.comparison->head.count == 1);
  // Four past runs are no window.
  CHECK(*against(history(4), head).design == Design::two_runners);
}

TEST_CASE("a suspicion asks for one more run and the further runs must agree") {
  const std::vector<Run> past = history(12, 3);
  Run head = suite(1, 7, "head", 0.01, 3), again = suite(1, 8, "again", 0.01, 3);
  slow_down(head, "b1", 1.08);
  slow_down(again, "b1", 1.08);
  const Finding alone = test::finding_of(against(past, head), "b1");
  CHECK(alone.verdict == Verdict::inconclusive);
  REQUIRE(alone.comparison->further_values);
  CHECK(*alone.comparison->further_values == 2);
  CHECK(alone.why.ends_with("2 more runs of this commit on a fresh instance would settle it"));
  const Judgement confirmed = against(past, head, {}, {again, again});
  CHECK(test::finding_of(confirmed, "b1").verdict == Verdict::fail);
  CHECK(test::finding_of(confirmed, "b1").comparison->head.count == 3);
  CHECK(confirmed.experiment ==
        "held against 12 past runs, together with 2 more runs of this commit");
  const Judgement denied = against(past, head, {}, {again, suite(1, 9, "again", 0.01, 3)});
  CHECK(test::finding_of(denied, "b1").verdict != Verdict::fail);
}

TEST_CASE("a benchmark that the window lacks is held against the baseline alone") {
  std::vector<Run> past = history(8, 3);
  for (std::size_t i = 0; i + 1 < past.size(); ++i) past[i].benchmarks.resize(2);
  Run base = past.back();
  past.pop_back();
  Run head = suite(1, 7, "head", 0.01, 3);
  slow_down(head, "b2", 1.5);
  const auto result =
      judge(head, {.run = &base, .state = BaselineState::active, .window = past}, {});
  REQUIRE(result);
  const Finding& finding = test::finding_of(*result, "b2");
  CHECK(finding.comparison->base.count == 1);
  CHECK(finding.verdict == Verdict::fail);  // beyond what is assumed of hosted runners
  Run small = suite(1, 7, "head", 0.01, 3);
  const auto unsure =
      judge(small, {.run = &base, .state = BaselineState::active, .window = past}, {});
  CHECK(test::finding_of(*unsure, "b2").why.contains("1 past run of this level"));
}

TEST_CASE("past runs under another name or of another unit are told apart") {
  std::vector<Run> past = history(10, 3);
  for (std::size_t i = 0; i < 9; ++i) past[i].benchmarks[1].name = "old";
  Policy policy;
  policy.aliases = {{"suite/old", "suite/b1"}};
  const Run head = suite(1, 7, "head", 0.01, 3);
  CHECK(test::finding_of(against(past, head, policy), "b1").comparison->base.count == 10);
  CHECK(test::finding_of(against(past, head), "b1").comparison->base.count == 1);
  for (std::size_t i = 0; i < 4; ++i) past[i].metrics[0].unit = BaseUnit::one;
  CHECK(test::finding_of(against(past, head), "b0").comparison->base.count == 6);
}

TEST_CASE("runs before a change that was accepted count no more") {
  std::vector<Run> past = history(14, 3);
  for (std::size_t i = 8; i < 14; ++i) slow_down(past[i], "b1", 1.3);
  Run head = suite(1, 7, "head", 0.01, 3);
  slow_down(head, "b1", 1.3);
  const Judgement uncut = against(past, head);
  const Judgement cut = against(past, head, {}, {}, {{.benchmark = "b1", .at = past[8].started}});
  CHECK(test::finding_of(uncut, "b1").comparison->base.count == 14);
  CHECK(test::finding_of(cut, "b1").comparison->base.count == 6);
  CHECK(test::finding_of(cut, "b0").comparison->base.count == 14);
}

TEST_CASE("headlines have a window of their own") {
  std::vector<Run> past = history(12, 3);
  test::Random random(5);
  for (Run& run : past) run.headlines = test::headlines(1 + 0.005 * random.normal());
  Run head = suite(1, 7, "head", 0.01, 3);
  head.headlines = test::headlines(0.7);
  const Judgement worse = against(past, head);
  const Finding& display = test::finding_of(worse, "display");
  CHECK(display.verdict == Verdict::fail);
  CHECK(display.comparison->base.count == 12);
  CHECK_FALSE(display.comparison->suite_shift);
  past[0].headlines.clear();
  past[1].headlines[0].unit = "MiB/s";
  const Judgement fewer = against(past, head);
  CHECK(test::finding_of(fewer, "display").comparison->base.count == 10);
}

TEST_CASE("a past value of zero has no ratio") {
  std::vector<Run> past = history(8, 3);
  slow_down(past[2], "b1", 0);
  const Judgement judgement = against(past, suite(1, 7, "head", 0.01, 3));
  CHECK(test::finding_of(judgement, "b1").reason == Reason::undefined_ratio);
}

// ---- Budgets
// ---------------------------------------------------------------------------------------

TEST_CASE("each benchmark has the budget of its own rule in a suite too") {
  const Run base = suite(1, 1, "base");
  Run head = suite(1, 2, "head");
  slow_down(head, "b3", 1.2);
  slow_down(head, "b4", 1.2);
  Policy policy;
  policy.rules = {{.benchmark = "b3", .bands = Bands{.fail = dec("0.5")}}};
  const Judgement judgement = test::judged(head, &base, policy);
  CHECK(test::finding_of(judgement, "b3").verdict != Verdict::fail);
  CHECK(test::finding_of(judgement, "b4").verdict == Verdict::fail);
}

TEST_CASE("a budget is that of the values whichever way is better") {
  Subject subject{.better = Better::higher, .bands = {.fail = dec("0.05")}, .base = {100}};
  CHECK(*budget_of(subject, {}, Design::one_runner, {}).fail == doctest::Approx(0.05 / 0.95));
  subject.bands.fail = dec("1");  // nothing can fall by more
  CHECK(*budget_of(subject, {}, Design::one_runner, {}).fail > 1e6);
  subject = {.bands = {.warn_absolute = test::limit("20 ns")}, .base = {100e-9}};
  CHECK(*budget_of(subject, {}, Design::one_runner, {}).warn == doctest::Approx(0.2));
  CHECK_FALSE(budget_of(subject, {}, Design::one_runner, {}).fail);
}

}  // namespace
}  // namespace perfgate::gate
