#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate {
namespace {

using test::judged;
using test::make_run;

// AC:missing-benchmark
TEST_CASE("a benchmark that the baseline holds and the run does not is not measured") {
  const Run base = make_run({.id = "base"});
  const Run head = make_run({.scores = {{"sort", 1000}, {"search", 500}}});
  const Judgement judgement = judged(head, &base, {});
  CHECK(judgement.verdict == Verdict::not_measured);
  CHECK(judgement.exit_code == 3);
  const Finding& finding = test::finding_of(judgement, "decode");
  CHECK(finding.reason == Reason::missing);
  CHECK(finding.code == Code::missing);
  CHECK(finding.why.contains("if it was renamed, say so under [gate.aliases]"));
  CHECK(judgement.counts.expected == 3);
  CHECK(judgement.counts.measured == 2);
  CHECK(judgement.counts.compared == 2);
}

// AC:aliases
TEST_CASE("a renamed benchmark is compared under its alias") {
  const Run base = make_run({.id = "base"});
  const Run head = make_run(
      {.multiplier = 1.2, .scores = {{"sort", 1000}, {"search", 500}, {"decode_all", 2000}}});
  Policy policy;
  policy.aliases = {{"suite/decode", "suite/decode_all"}};
  const Judgement judgement = judged(head, &base, policy);
  CHECK(judgement.counts.compared == 3);
  CHECK(judgement.counts.expected == 3);
  CHECK(judgement.counts.added == 0);
  CHECK(test::finding_of(judgement, "decode_all").reason == Reason::regressed);
  CHECK_FALSE(test::find_reason(judgement, Reason::missing));
  policy.aliases = {{"suite/decode", "suite/nowhere"}};
  const Judgement gone = judged(head, &base, policy);
  CHECK(test::find_reason(gone, Reason::missing));
  CHECK(gone.counts.added == 1);
}

TEST_CASE("a new benchmark is listed and does not change the verdict") {
  const Run base = make_run({.scores = {{"sort", 1000}, {"search", 500}}, .id = "base"});
  const Judgement judgement = judged(make_run(), &base, {});
  CHECK(judgement.verdict == Verdict::pass);
  CHECK(judgement.counts.added == 1);
  CHECK(test::finding_of(judgement, "decode").reason == Reason::new_benchmark);
  CHECK(test::finding_of(judgement, "decode").verdict == Verdict::pass);
}

// AC:expected-inventory
TEST_CASE("a glob of the inventory that nothing matches is not measured") {
  Policy policy;
  policy.origin = "thresholds.toml";
  policy.expected = {"suite/*", "other/*"};
  const Judgement judgement = judged(make_run(), nullptr, policy);
  CHECK(judgement.exit_code == 3);
  const Finding& finding = test::finding_of(judgement, "other/*");
  CHECK(finding.reason == Reason::missing);
  CHECK(finding.why == "expected by thresholds.toml, and no benchmark of this name was measured");
  CHECK(judgement.counts.expected == 4);
  policy.expected = {"suite/*"};
  CHECK_FALSE(test::find_reason(judged(make_run(), nullptr, policy), Reason::missing));
}

TEST_CASE("with an inventory of its own the policy expects the baseline's only where it says so") {
  const Run base = make_run({.id = "base"});
  const Run head = make_run({.scores = {{"sort", 1000}}});
  Policy policy;
  policy.expected = {"suite/sort"};
  CHECK(judged(head, &base, policy).exit_code == 0);
  policy.expect_baseline = true;
  CHECK(judged(head, &base, policy).exit_code == 3);
}

// AC:nothing-measured
TEST_CASE("a run that measured nothing is never green") {
  Run empty = make_run({.scores = {}});
  const Judgement judgement = judged(empty, nullptr, {});
  CHECK(judgement.verdict == Verdict::not_measured);
  CHECK(judgement.exit_code == 3);
  CHECK(test::find_reason(judgement, Reason::not_measured)->code == Code::nothing_measured);
  CHECK(judgement.summary.ends_with("[NOT MEASURED]"));
  empty.headlines = test::headlines();  // declared, without a value
  for (Headline& headline : empty.headlines) headline.value.reset();
  const Judgement declared = judged(empty, nullptr, {});
  CHECK(declared.exit_code == 3);
  CHECK(test::find_reason(declared, Reason::not_measured)->code == Code::nothing_measured);
  CHECK(declared.summary ==
        "Performance Report: DISPLAY: not measured, COMP-3: not measured [NOT MEASURED]");
}

TEST_CASE("a headline that was declared and not measured is named") {
  Run head = make_run({.headlines = test::headlines()});
  head.headlines[1].value.reset();
  const Judgement judgement = judged(head, nullptr, {});
  CHECK(judgement.exit_code == 3);
  CHECK(test::finding_of(judgement, "comp3").why == "the headline `comp3` was not measured");
}

TEST_CASE("a headline that only the baseline holds is missing") {
  const Run base = make_run({.id = "base", .headlines = test::headlines()});
  Run head = make_run({.headlines = test::headlines()});
  head.headlines.pop_back();
  const Judgement judgement = judged(head, &base, {});
  CHECK(judgement.exit_code == 3);
  CHECK(test::finding_of(judgement, "comp3").reason == Reason::missing);
  CHECK(judged(head, &head, {}).exit_code == 0);
}

// AC:harness-error
TEST_CASE("an error that the run reports is a finding with its code") {
  Run head = make_run();
  head.benchmarks[1].samples.clear();
  head.notes = {{.severity = Severity::error,
                 .code = Code::benchmark_error,
                 .suite = "suite",
                 .benchmark = "search",
                 .text = "bad nibble"},
                {.severity = Severity::warning, .text = "library was built as DEBUG"},
                {.severity = Severity::error, .code = Code::timeout, .text = "the suite hung"}};
  const Judgement judgement = judged(head, nullptr, {});
  CHECK(judgement.exit_code == 3);
  const Finding& finding = test::finding_of(judgement, "search");
  CHECK(finding.code == Code::benchmark_error);
  CHECK(finding.why == "bad nibble");
  int not_measured = 0;
  for (const Finding& one : judgement.findings)
    if (one.verdict == Verdict::not_measured) ++not_measured;
  CHECK(not_measured == 2);  // the benchmark once, and the suite
  CHECK(judgement.counts.measured == 2);
}

TEST_CASE("a benchmark without a value and without a reason is not measured") {
  Run head = make_run();
  head.benchmarks[1].samples.clear();
  const Judgement judgement = judged(head, nullptr, {});
  CHECK(judgement.exit_code == 3);
  CHECK(test::finding_of(judgement, "search").why == "the harness reported no value for it");
  CHECK(test::finding_of(judgement, "search").code == Code::missing);
  Policy policy;
  policy.expected = {"suite/search"};
  const Judgement expected = judged(head, nullptr, policy);
  CHECK_FALSE(test::find_reason(expected, Reason::missing));  // named once
  const Run base = make_run({.id = "base"});
  CHECK_FALSE(test::find_reason(judged(head, &base, {}), Reason::missing));
}

}  // namespace

// AC:missing-metric
TEST_CASE("a metric that the baseline judged and the run lacks is not measured") {
  Run base = make_run({.id = "base"});
  base.benchmarks[0].samples.clear();
  test::add_metric(base, {"bytes", BaseUnit::byte, Better::lower, true}, {4096}, "sort");
  Run head = make_run({});
  head.benchmarks[0].samples.clear();
  test::add_metric(head, {"objects", BaseUnit::one, Better::lower, true}, {7}, "sort");
  const Judgement judgement = judged(head, &base, {});
  CHECK(judgement.exit_code == 3);
  const Finding* finding = test::find_reason(judgement, Reason::missing);
  REQUIRE(finding);
  CHECK(finding->benchmark == "sort");
  CHECK(finding->metric == Symbol("bytes"));
  CHECK(finding->verdict == Verdict::not_measured);
}

}  // namespace perfgate
