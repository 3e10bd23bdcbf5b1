#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate {
namespace {

using test::judged;
using test::limit;
using test::make_run;

Run with_headlines(double factor = 1.0) { return make_run({.headlines = test::headlines(factor)}); }

Error refused(const Run& head, const Policy& policy, bool printed = false) {
  const auto result = gate::judge(head, {}, policy, printed);
  REQUIRE_FALSE(result);
  return result.error();
}

// AC:floors-without-baseline
TEST_CASE("floors hold without a baseline") {
  const Judgement judgement = judged(with_headlines(0.01), nullptr, test::shipped_policy());
  CHECK(judgement.verdict == Verdict::fail);
  CHECK(judgement.exit_code == 1);
  CHECK(judgement.baseline_state == BaselineState::none);
  const Finding* finding = test::find_reason(judgement, Reason::limit_violated);
  REQUIRE(finding);
  CHECK(finding->code == Code::slo);
  CHECK(finding->limit->kind == LimitKind::floor);
  CHECK(test::find_reason(judgement, Reason::no_baseline));
}

// AC:violation-report
TEST_CASE("a violation says limit and value and shortfall and margin") {
  Policy policy = test::shipped_policy();
  policy.headlines = {{.headline = "display", .floor = limit("5 GiB/s")}};
  const Judgement judgement = judged(with_headlines(), nullptr, policy);
  const Finding& finding = test::finding_of(judgement, "display");
  CHECK(finding.reason == Reason::limit_violated);
  CHECK(finding.limit->limit == doctest::Approx(5 * 1073741824.0));
  CHECK(finding.limit->value == doctest::Approx(4.22 * 1073741824));
  CHECK(finding.limit->shortfall == doctest::Approx(0.78 * 1073741824));
  CHECK(finding.limit->margin == doctest::Approx(0.844));
  CHECK(finding.limit->written == "5 GiB/s");
  CHECK(finding.limit->origin == "thresholds.toml:4");
  CHECK(finding.why == "DISPLAY is 4.22 GiB/s: below the floor of 5 GiB/s by 0.78 GiB/s (15.6 %)");
}

// AC:safety-margin
TEST_CASE("the margin over a floor is shown and a thin one is a note") {
  const Judgement judgement = judged(with_headlines(), nullptr, test::shipped_policy());
  CHECK(judgement.verdict == Verdict::warn);  // no baseline, nothing else
  const Finding& display = test::finding_of(judgement, "display");
  CHECK(display.reason == Reason::limit_met);
  CHECK(display.limit->margin == doctest::Approx(54.016));  // 4.22 * 1024 / 80
  CHECK(display.why == "DISPLAY is 4,321.28 MiB/s, 54x of the floor of 80 MiB/s");

  Policy policy = test::shipped_policy();
  policy.headlines = {{.headline = "comp3", .floor = limit("58 MiB/s")}};  // 9.84x
  const Finding thin = test::finding_of(judged(with_headlines(), nullptr, policy), "comp3");
  CHECK(thin.reason == Reason::thin_margin);
  CHECK(thin.verdict == Verdict::pass);
  CHECK(thin.why.ends_with("9.8x of the floor of 58 MiB/s; less than the safety margin of 10x"));
  policy.headlines = {{.headline = "comp3", .floor = limit("57.1 MiB/s")}};  // exactly 10x
  CHECK(test::finding_of(judged(with_headlines(), nullptr, policy), "comp3").reason ==
        Reason::limit_met);
  policy.headlines[0].floor = limit("58 MiB/s");
  policy.safety_margin_multiplier.reset();
  CHECK(test::finding_of(judged(with_headlines(), nullptr, policy), "comp3").reason ==
        Reason::limit_met);
}

TEST_CASE("a margin of fifty-two is written 52x") {
  Policy policy;
  policy.headlines = {{.headline = "x", .floor = limit("10 MiB/s")}};
  const Run head = make_run({.headlines = {test::headline("x", "X", "MiB/s", 520)}});
  CHECK(test::finding_of(judged(head, nullptr, policy), "x").why ==
        "X is 520.00 MiB/s, 52x of the floor of 10 MiB/s");
}

// AC:units-mb-mib
TEST_CASE("a floor of 80 MB/s is not one of 80 MiB/s") {
  Policy policy;
  const Run head = make_run({.headlines = {test::headline("x", "X", "MiB/s", 79)}});
  policy.headlines = {{.headline = "x", .floor = limit("80 MB/s")}};  // 76.29 MiB/s
  CHECK(test::finding_of(judged(head, nullptr, policy), "x").reason == Reason::limit_met);
  policy.headlines = {{.headline = "x", .floor = limit("80 MiB/s")}};
  CHECK(test::finding_of(judged(head, nullptr, policy), "x").reason == Reason::limit_violated);
}

TEST_CASE("a value exactly at its limit meets it") {
  Policy policy;
  const Run head = make_run({.headlines = {test::headline("x", "X", "GiB/s", 0.3)}});
  policy.headlines = {{.headline = "x",
                       .floor = limit("0.3 GiB/s"),
                       .ceiling = limit("0.3 GiB/s"),
                       .target = limit("0.3 GiB/s")}};
  for (const Finding& finding : judged(head, nullptr, policy).findings)
    if (finding.limit) CHECK(finding.reason == Reason::limit_met);
}

// AC:targets-never-fail
TEST_CASE("a missed target is noted and fails nothing") {
  Policy policy;
  policy.headlines = {{.headline = "display", .target = limit("5 GiB/s")}};
  const Judgement judgement = judged(with_headlines(), nullptr, policy);
  const Finding& finding = test::finding_of(judgement, "display");
  CHECK(finding.reason == Reason::target_missed);
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.why == "DISPLAY is 4.22 GiB/s; the target of 5 GiB/s is not reached");
  CHECK(finding.limit->shortfall == doctest::Approx(0.78 * 1073741824));
}

TEST_CASE("a ceiling holds from above") {
  Policy policy;
  policy.rules = {{.benchmark = "sort", .metric = "time", .ceiling = limit("900 ns")}};
  const Judgement judgement = judged(make_run(), nullptr, policy);
  const Finding& finding = test::finding_of(judgement, "sort");
  CHECK(finding.reason == Reason::limit_violated);
  CHECK(finding.limit->kind == LimitKind::ceiling);
  CHECK(finding.limit->margin == doctest::Approx(0.9));
  CHECK(finding.why ==
        "sort time is 1,000.00 ns: above the ceiling of 900 ns by 100.00 ns (11.1 %)");
  policy.rules[0].ceiling = limit("1000 ns");
  CHECK(test::finding_of(judged(make_run(), nullptr, policy), "sort").reason == Reason::limit_met);
}

// AC:limit-within-noise
TEST_CASE("a limit within the measured noise is inconclusive on either side") {
  Policy policy;
  policy.rules = {{.benchmark = "sort", .metric = "time", .ceiling = limit("1000 ns")}};
  for (const double multiplier : {0.995, 1.005}) {
    CAPTURE(multiplier);
    const Run head = make_run({.multiplier = multiplier, .noise = 0.05, .seed = 3});
    const Judgement judgement = judged(head, nullptr, policy);
    const Finding& finding = test::finding_of(judgement, "sort");
    CHECK(finding.reason == Reason::limit_uncertain);
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(finding.why.contains("lies within its measured noise"));
  }
  const Run far = make_run({.multiplier = 1.5, .noise = 0.05, .seed = 3});
  CHECK(test::finding_of(judged(far, nullptr, policy), "sort").reason == Reason::limit_violated);
  Run headline = with_headlines();
  headline.headlines[0].values = {3e9, 4e9, 5e9, 6e9, 7e9, 8e9};
  policy.headlines = {{.headline = "display", .floor = limit("4 GiB/s")}};
  CHECK(test::finding_of(judged(headline, nullptr, policy), "display").reason ==
        Reason::limit_uncertain);
}

// AC:wrong-unit-limit
TEST_CASE("a limit in another unit than what it limits is a configuration error") {
  Policy policy;
  policy.headlines = {{.headline = "display",
                       .floor = limit("80 MiB/s"),
                       .target = limit("5 ns", "thresholds.toml:9")}};
  const Error error = refused(with_headlines(), policy);
  CHECK(error.code == Code::config);
  CHECK(error.message ==
        "thresholds.toml:9: the limit of 5 ns is in s, and DISPLAY is measured in B/s");
  policy.headlines.clear();
  policy.rules = {{.benchmark = "sort", .floor = limit("80 MB/s", "thresholds.toml:7")}};
  CHECK(refused(make_run(), policy).message ==
        "thresholds.toml:7: the limit of 80 MB/s is in B/s, and sort time is measured in s");
}

TEST_CASE("a rule for all metrics limits those of its unit") {
  Policy policy;
  policy.rules = {{.benchmark = "sort", .floor = limit("80 MB/s")}};
  Run head = make_run();
  test::add_metric(
      head, {.name = "throughput", .unit = BaseUnit::byte_per_second, .better = Better::higher},
      {70e6, 70e6});
  const Judgement judgement = judged(head, nullptr, policy);
  const Finding& finding = test::finding_of(judgement, "sort");
  CHECK(finding.metric == Symbol("throughput"));
  CHECK(finding.reason == Reason::limit_violated);
}

TEST_CASE("a limit of a headline that is not there is not measured") {
  Run head = make_run();
  const Judgement absent = judged(head, nullptr, test::shipped_policy());
  CHECK(absent.exit_code == 3);
  CHECK(test::finding_of(absent, "display").why ==
        "thresholds.toml sets a limit for the headline `display`, which this run does not have: "
        "declare it as [[headline]] in perfgate.toml");
  head.headlines = test::headlines();
  head.headlines[0].value.reset();
  const Judgement unmeasured = judged(head, nullptr, test::shipped_policy());
  CHECK(test::finding_of(unmeasured, "display").why.ends_with("which was not measured"));
  CHECK(test::finding_of(unmeasured, "display").code == Code::missing);
  Policy target_only;
  target_only.headlines = {{.headline = "other", .target = limit("5 GiB/s")}};
  CHECK(test::finding_of(judged(make_run(), nullptr, target_only), "other").verdict ==
        Verdict::pass);
}

// AC:printed-decimals
TEST_CASE("a floor finer than the printed decimals is a configuration error near it") {
  Policy policy;
  policy.headlines = {{.headline = "x", .floor = limit("80 MiB/s", "thresholds.toml:4")}};
  const auto printed_at = [](double gibs) {  // 80 MiB/s are 0.078125 GiB/s
    Run run;
    run.headlines = {test::headline("x", "X", "GiB/s", gibs)};
    return run;
  };
  const Error error = refused(printed_at(0.08), policy, true);
  CHECK(error.code == Code::config);
  CHECK(error.message ==
        "thresholds.toml:4: the floor of 80 MiB/s for X is finer than the printed decimals can "
        "tell, and the value, 81.92 MiB/s, is near it");
  CHECK(error.hint.contains("judge run.json instead of perf.json"));
  CHECK(refused(printed_at(0.07), policy, true).code == Code::config);
  CHECK(judged(printed_at(0.09), nullptr, policy, true).exit_code == 0);
  CHECK(judged(printed_at(0.06), nullptr, policy, true).exit_code == 1);
  CHECK(judged(printed_at(0.08), nullptr, policy, false).exit_code == 0);  // full precision
  policy.headlines[0].floor = limit("0.08 GiB/s");
  CHECK(judged(printed_at(0.08), nullptr, policy, true).exit_code == 0);
  CHECK(judged(printed_at(0.07), nullptr, policy, true).exit_code == 1);
}

TEST_CASE("a later rule replaces the limits of an earlier one field by field") {
  Policy policy;
  policy.rules = {{.metric = "time", .ceiling = limit("10 ns"), .target = limit("5 ns")},
                  {.benchmark = "sort", .metric = "time", .ceiling = limit("5 us")}};
  const Judgement judgement = judged(make_run(), nullptr, policy);
  for (const Finding& finding : judgement.findings) {
    if (!finding.limit) continue;
    CAPTURE(finding.benchmark);
    if (finding.limit->kind == LimitKind::target) {
      CHECK(finding.limit->written == "5 ns");
    } else {
      CHECK(finding.verdict == (finding.benchmark == "sort" ? Verdict::pass : Verdict::fail));
    }
  }
}

}  // namespace
}  // namespace perfgate
