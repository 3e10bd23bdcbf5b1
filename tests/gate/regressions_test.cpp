#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "support/factory.hpp"

namespace perfgate {
namespace {

using test::dec;
using test::judged;
using test::make_run;

Judgement against(double multiplier, const Policy& policy, double noise = 0.002) {
  const Run base = make_run({.noise = noise, .seed = 1, .id = "base"});
  const Run head = make_run({.multiplier = multiplier, .noise = noise, .seed = 2, .id = "head"});
  return judged(head, &base, policy);
}

Policy warn5_fail10() {
  Policy policy;
  policy.regression_threshold = dec("0.05");
  policy.regression_fail_threshold = dec("0.1");
  return policy;
}

/// One benchmark measured so often in each of two runs, in nanoseconds.
Judgement of(std::vector<double> base_ns, std::vector<double> head_ns, const Policy& policy,
             Metric metric = {.name = "time", .unit = BaseUnit::second, .better = Better::lower}) {
  const auto run_of = [&](std::string id, const std::vector<double>& values) {
    Run run = make_run({.scores = {{"sort", 1}}, .id = std::move(id)});
    run.metrics = {metric};
    Values kept;
    for (const double value : values) {
      kept.next_launch();
      kept.add(metric.unit == BaseUnit::second ? value * 1e-9 : value);
    }
    run.benchmarks[0].samples = {{metric.name, std::move(kept)}};
    return run;
  };
  const Run base = run_of("base", base_ns), head = run_of("head", head_ns);
  return judged(head, &base, policy);
}

std::vector<double> same(double value, int count = 8) {
  return std::vector<double>(static_cast<std::size_t>(count), value);
}

/// A session of six benchmarks: the factor of their times, and the deviation of what the benchmarks
/// of a launch have in common.
Run session(double factor, double uneven, std::uint64_t seed, std::string id) {
  test::Random random(seed);
  Run run = make_run({.scores = {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}, {"f", 6}},
                      .id = std::move(id)});
  std::vector<double> common;
  for (int launch = 0; launch < 8; ++launch) common.push_back(1 + uneven * random.normal());
  for (Benchmark& benchmark : run.benchmarks) {
    Values values;
    for (const double shared : common) {
      values.next_launch();
      values.add(1e-6 * factor * shared * (1 + 0.002 * random.normal()));
    }
    benchmark.samples = {{"time", std::move(values)}};
  }
  return run;
}

/// Two of them on one machine, between which the code changed by a factor.
Judgement sessions(double code, double uneven) {
  const Run base = session(1, uneven, 1, "base"), head = session(code, uneven, 2, "head");
  return judged(head, &base, warn5_fail10());
}

bool tells(const Judgement& judgement, Severity severity, std::string_view words) {
  return std::ranges::any_of(judgement.notes, [&](const Note& note) {
    return note.severity == severity && note.text.find(words) != std::string::npos;
  });
}

// AC:uneven-machine
TEST_CASE("what an uneven machine can explain is not decided") {
  const Judgement slow = sessions(1.2, 0.1);
  CHECK(slow.verdict == Verdict::inconclusive);
  for (const Finding& finding : slow.findings) {
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(finding.why.find("the machine is uneven") != std::string::npos);
    CHECK(finding.why.find("perfgate ab") != std::string::npos);
    CHECK_FALSE(finding.comparison->further_values);
    CHECK(*finding.comparison->smallest_detectable > 0.2);
  }
  CHECK(tells(slow, Severity::warning, "perfgate ab"));
  // What all have in common may be three times what its sessions usually lie apart, and no more.
  const Judgement twice = sessions(2, 0.1);
  CHECK(twice.verdict == Verdict::inconclusive);
  CHECK(tells(twice, Severity::warning, "all 6 benchmarks are slower, by"));
  CHECK(sessions(4, 0.1).verdict == Verdict::fail);
  // Nor does it make anyone better.
  for (const Finding& finding : sessions(0.85, 0.1).findings)
    CHECK(finding.verdict == Verdict::inconclusive);
}

TEST_CASE("an uneven machine explains no memory") {
  Run base = session(1, 0.1, 1, "base"), head = session(1, 0.1, 2, "head");
  const Metric memory{.name = "memory", .unit = BaseUnit::byte, .better = Better::lower};
  test::add_metric(base, memory, {100, 101, 99, 100, 102, 98, 100, 101}, "a");
  test::add_metric(head, memory, {120, 121, 119, 120, 122, 118, 120, 121}, "a");
  Policy policy = warn5_fail10();
  policy.rules = {{.metric = "memory", .bands = Bands{.fail = dec("0.1")}}};
  const Judgement judgement = judged(head, &base, policy);
  const auto found = std::ranges::find(judgement.findings, Symbol("memory"), &Finding::metric);
  REQUIRE(found != judgement.findings.end());
  CHECK(found->verdict == Verdict::fail);
}

// AC:all-slower-is-told
TEST_CASE("where all are slower the report says that the machine may have been") {
  const Judgement slow = sessions(1.2, 0);
  CHECK(slow.verdict == Verdict::fail);
  CHECK(tells(slow, Severity::warning, "all 6 benchmarks are slower"));
  CHECK(sessions(1, 0).notes.empty());
}

// AC:unchanged-better-worse
TEST_CASE("an unchanged run passes and a better one improves and a worse one fails") {
  const Policy policy = warn5_fail10();
  const Judgement unchanged = against(1.0, policy);
  CHECK(unchanged.verdict == Verdict::pass);
  CHECK(unchanged.exit_code == 0);
  CHECK(unchanged.counts.compared == 3);
  for (const Finding& finding : unchanged.findings) CHECK(finding.reason == Reason::within_budget);

  const Judgement better = against(0.9, policy);
  CHECK(better.verdict == Verdict::pass);
  CHECK(better.exit_code == 0);
  for (const Finding& finding : better.findings) {
    CHECK(finding.verdict == Verdict::improved);
    CHECK(finding.reason == Reason::improved);
  }

  const Judgement worse = against(1.2, policy);
  CHECK(worse.verdict == Verdict::fail);
  CHECK(worse.exit_code == 1);
  for (const Finding& finding : worse.findings) {
    CHECK(finding.reason == Reason::regressed);
    CHECK(finding.why.contains("slower by more than 10 %"));
    CHECK_FALSE(finding.code);
  }
  // Shown to be better, but by no more than the budget: nothing to speak of.
  CHECK(against(0.97, policy).findings[0].reason == Reason::within_budget);
  CHECK(against(1.07, policy).verdict == Verdict::warn);
  CHECK(against(1.07, policy).exit_code == 0);
}

TEST_CASE("the built-in policy fails beyond three per cent and warns below") {
  const Policy policy;
  CHECK(against(1.05, policy).verdict == Verdict::fail);
  // Surely above the noise floor, by its estimate (2.9 %) within the budget, perhaps above.
  const Judgement small =
      of({100, 100.2, 99.8, 100.1, 99.9, 100}, {102, 103.5, 102.2, 103.6, 102.4, 103.4}, policy);
  CHECK(small.verdict == Verdict::warn);
  CHECK(small.findings[0].reason == Reason::slower_within_fail);
  CHECK(small.findings[0].why.contains("slower, by less than 3 %"));
  CHECK(against(1.005, policy).verdict == Verdict::pass);
}

// AC:exact-five-percent
TEST_CASE("a change of exactly the threshold is not beyond it") {
  const Policy policy = warn5_fail10();
  const Judgement exact = of(same(100), same(105), policy);
  CHECK(exact.verdict == Verdict::pass);
  CHECK(exact.findings[0].reason == Reason::within_budget);
  CHECK(of(same(100), same(105.0001), policy).verdict == Verdict::warn);
  CHECK(of(same(100), same(110), policy).verdict == Verdict::warn);
  CHECK(of(same(100), same(110.0001), policy).verdict == Verdict::fail);
  const Metric rate{
      .name = "throughput", .unit = BaseUnit::byte_per_second, .better = Better::higher};
  CHECK(of(same(0.20), same(0.19), policy, rate).verdict == Verdict::pass);  // the origin's 47 %
  CHECK(of(same(10000), same(9500), policy, rate).verdict == Verdict::pass);
  CHECK(of(same(10000), same(9499), policy, rate).verdict == Verdict::warn);
}

TEST_CASE("for every two-decimal pair that is exactly five per cent apart no warning is given") {
  Policy policy = warn5_fail10();
  const Metric rate{
      .name = "throughput", .unit = BaseUnit::byte_per_second, .better = Better::higher};
  for (int hundredths = 20; hundredths <= 400; hundredths += 20) {
    const double base = hundredths / 100.0, head = hundredths * 95 / 10000.0;
    CAPTURE(hundredths);
    CHECK(of(same(base), same(head), policy, rate).verdict == Verdict::pass);
  }
}

// AC:noise-inconclusive
TEST_CASE("a difference that the noise could explain is inconclusive and never a failure") {
  const Judgement judgement =
      of({100, 140, 90, 130, 105, 150}, {125, 110, 155, 100, 150, 135}, warn5_fail10());
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.exit_code == 0);  // on_inconclusive warns
  CHECK(judgement.findings[0].reason == Reason::uncertain);
  CHECK(judgement.findings[0].why.contains("cannot be excluded, and the budget is 5 %"));
  Policy strict = warn5_fail10();
  strict.on_inconclusive = OnState::fail;
  CHECK(of({100, 140, 90, 130, 105, 150}, {125, 110, 155, 100, 150, 135}, strict).exit_code == 4);
}

TEST_CASE("equal medians under much noise are inconclusive and not a pass") {
  const Judgement judgement =
      of({80, 90, 100, 110, 120, 130}, {80, 90, 100, 110, 120, 130}, warn5_fail10());
  CHECK(judgement.findings[0].reason == Reason::uncertain);
}

TEST_CASE("a change below the noise floor is never judged however sure it is") {
  Policy policy;
  policy.regression_fail_threshold = dec("0.005");
  policy.noise_floor = dec("0.01");
  const Judgement judgement = of(same(100), same(100.9), policy);
  CHECK(judgement.verdict != Verdict::fail);
  CHECK(judgement.findings[0].reason == Reason::uncertain);
  CHECK(of(same(100), same(101.1), policy).verdict == Verdict::fail);
}

// AC:too-few-samples
TEST_CASE("too few samples are inconclusive unless the change is beyond all usual noise") {
  const Judgement few = of(same(100, 3), same(104, 3), warn5_fail10());
  CHECK(few.verdict == Verdict::inconclusive);
  CHECK(few.findings[0].reason == Reason::too_few_samples);
  CHECK(few.findings[0].why.contains("3 against 3 samples, and the policy asks for 5"));
  CHECK(of(same(100, 3), same(115, 3), warn5_fail10()).verdict == Verdict::inconclusive);
  CHECK(of(same(100, 3), same(150, 3), warn5_fail10()).verdict == Verdict::fail);
  CHECK(of(same(100, 3), same(100, 3), warn5_fail10()).verdict == Verdict::inconclusive);
}

TEST_CASE("repetitions of one process are doubted") {
  const Run base = make_run({.noise = 0.002, .launches = 1, .repetitions = 10, .id = "base"});
  const Run head = make_run({.noise = 0.002, .seed = 5, .launches = 1, .repetitions = 10});
  const Judgement judgement = judged(head, &base, warn5_fail10());
  const Finding& finding = test::finding_of(judgement, "sort");
  REQUIRE(finding.comparison);
  REQUIRE(finding.comparison->doubts.size() == 1);
  CHECK(finding.comparison->doubts[0].contains("repetitions within one process share its luck"));
}

// AC:exact-metrics
TEST_CASE("an exact metric needs one value and its smallest step is a change") {
  const Metric count{
      .name = "instructions", .unit = BaseUnit::one, .better = Better::lower, .exact = true};
  Policy policy = warn5_fail10();
  CHECK(of({1000}, {1000}, policy, count).findings[0].reason == Reason::within_budget);
  CHECK(of({1000}, {1050}, policy, count).verdict == Verdict::pass);
  CHECK(of({1000}, {1051}, policy, count).verdict == Verdict::warn);
  CHECK(of({1000}, {1101}, policy, count).verdict == Verdict::fail);
  CHECK(of({1000}, {999}, policy, count).findings[0].verdict == Verdict::improved);
  CHECK(of({1000}, {1101}, policy, count).findings[0].why.contains("worse by more than 10 %"));
}

// AC:zero-baseline
TEST_CASE("a value of zero or below has no ratio and decides nothing") {
  const Policy policy = warn5_fail10();
  const Judgement zero = of(same(0), same(5), policy);
  CHECK(zero.findings[0].reason == Reason::undefined_ratio);
  CHECK(zero.verdict == Verdict::inconclusive);
  CHECK(of(same(5), same(0), policy).findings[0].reason == Reason::undefined_ratio);
  CHECK(of(same(-5), same(5), policy).findings[0].reason == Reason::undefined_ratio);
  const Metric count{.name = "allocations", .better = Better::lower, .exact = true};
  CHECK(of({0}, {0}, policy, count).findings[0].reason == Reason::within_budget);
  CHECK(of({0}, {3}, policy, count).findings[0].reason == Reason::undefined_ratio);
  CHECK(of({0}, {3}, policy, count).findings[0].why ==
        "sort allocations: 3 against a baseline of 0");
  CHECK(of({-5}, {-4}, policy, count).findings[0].reason == Reason::undefined_ratio);
  CHECK(of({5}, {0}, policy, count).findings[0].verdict == Verdict::improved);
}

TEST_CASE("a metric of which more is better is worse when it falls") {
  const Metric rate{
      .name = "throughput", .unit = BaseUnit::byte_per_second, .better = Better::higher};
  const Policy policy = warn5_fail10();
  CHECK(of(same(100), same(80), policy, rate).verdict == Verdict::fail);
  CHECK(of(same(100), same(80), policy, rate).findings[0].why.contains("worse by more than 10 %"));
  CHECK(of(same(100), same(120), policy, rate).findings[0].verdict == Verdict::improved);
}

TEST_CASE("a metric whose better side is unknown is judged only by a rule that says it") {
  const Metric counter{.name = "depth"};
  Policy policy = warn5_fail10();
  const Judgement skipped = of(same(100), same(500), policy, counter);
  CHECK(skipped.findings.empty());
  CHECK(skipped.counts.compared == 0);
  policy.rules = {{.metric = "depth", .bands = Bands{.fail = dec("0.1")}, .better = Better::lower}};
  CHECK(of(same(100), same(500), policy, counter).verdict == Verdict::fail);
}

TEST_CASE("throughput is not judged beside the time that it is made from") {
  const Metric rate{
      .name = "throughput", .unit = BaseUnit::byte_per_second, .better = Better::higher};
  Run base = make_run({.id = "base"}), head = make_run({});
  test::add_metric(base, rate, same(100));
  test::add_metric(head, rate, same(50));
  CHECK(judged(head, &base, warn5_fail10()).verdict == Verdict::pass);
  Policy policy = warn5_fail10();
  policy.rules = {{.metric = "throughput", .bands = Bands{.warn = dec("0.05")}}};
  CHECK(judged(head, &base, policy).verdict == Verdict::warn);
}

// AC:rule-bands
TEST_CASE("a later rule wins over an earlier one and an absent band never applies") {
  Policy policy = warn5_fail10();
  policy.rules = {{.benchmark = "s*", .bands = Bands{.fail = dec("0.5")}},
                  {.benchmark = "search", .bands = Bands{}}};
  const Judgement judgement = against(1.3, policy);
  CHECK(test::finding_of(judgement, "decode").verdict == Verdict::fail);  // the policy's own
  CHECK(test::finding_of(judgement, "sort").verdict == Verdict::pass);    // within the rule's 50 %
  const Finding& free = test::finding_of(judgement, "search");
  CHECK(free.verdict == Verdict::pass);
  CHECK(free.why.contains("no band is set for it"));
}

// AC:absolute-bands
TEST_CASE("with a relative and an absolute band a change must be beyond both") {
  Policy policy;
  policy.rules = {{.bands = Bands{.fail = dec("0.05"), .fail_absolute = test::limit("20 ns")}}};
  CHECK(of(same(100), same(115), policy).verdict == Verdict::pass);  // 15 %, but only 15 ns
  CHECK(of(same(100), same(120), policy).verdict == Verdict::pass);  // exactly 20 ns
  CHECK(of(same(100), same(121), policy).verdict == Verdict::fail);
  CHECK(of(same(1000), same(1021), policy).verdict == Verdict::pass);  // 21 ns, but only 2.1 %
}

TEST_CASE("an absolute band alone is held without a ratio") {
  Policy policy;
  policy.rules = {{.bands = Bands{.fail_absolute = test::limit("20 ns")}}};
  CHECK(of(same(100), same(119), policy).verdict == Verdict::pass);
  const Judgement beyond = of(same(100), same(121), policy);
  CHECK(beyond.verdict == Verdict::fail);
  CHECK(beyond.findings[0].why.contains("slower by more than 20 ns"));
  CHECK(of(same(100), same(50), policy).findings[0].verdict == Verdict::improved);
  const Judgement noisy = of({100, 140, 90, 130, 105, 150}, {145, 110, 155, 100, 150, 165}, policy);
  CHECK(noisy.findings[0].reason == Reason::uncertain);
  CHECK(noisy.findings[0].why.contains("the budget is 20 ns"));
  policy.rules = {{.bands = Bands{.warn_absolute = test::limit("20 ns")}}};
  const Judgement warned = of(same(100), same(121), policy);
  CHECK(warned.verdict == Verdict::warn);
  CHECK(warned.findings[0].why.contains("slower by more than 20 ns"));
}

// AC:unit-changed
TEST_CASE("a metric whose unit or direction changed is not comparable") {
  Run base = make_run({.id = "base"});
  const Run head = make_run({});
  base.metrics[0].unit = BaseUnit::one;
  const Judgement judgement = judged(head, &base, warn5_fail10());
  CHECK(judgement.verdict == Verdict::not_comparable);
  CHECK(judgement.findings[0].reason == Reason::other_unit);
  CHECK(judgement.counts.compared == 0);
  base.metrics[0] = {.name = "time", .unit = BaseUnit::second, .better = Better::higher};
  CHECK(judged(head, &base, warn5_fail10()).findings[0].reason == Reason::other_unit);
}

TEST_CASE("a metric that the baseline does not hold is not comparable") {
  Run base = make_run({.id = "base"});
  const Run head = make_run({});
  for (Sample& sample : base.benchmarks[0].samples) sample.metric = "cpu_time";
  base.metrics.push_back({.name = "cpu_time", .unit = BaseUnit::second, .better = Better::lower});
  const Judgement judgement = judged(head, &base, warn5_fail10());
  const Finding* finding = test::find_reason(judgement, Reason::no_baseline);
  REQUIRE(finding);
  CHECK(finding->benchmark == "sort");
  CHECK(finding->verdict == Verdict::not_comparable);
}

// AC:headline-regression
TEST_CASE("a headline is compared with the baseline's of the same name") {
  Run base = make_run({.id = "base", .headlines = test::headlines()});
  Run head = make_run({.headlines = test::headlines(0.8)});
  const Judgement judgement = judged(head, &base, warn5_fail10());
  const Finding& display = test::finding_of(judgement, "display");
  CHECK(display.verdict == Verdict::fail);
  CHECK(display.unit == "GiB/s");
  CHECK(display.why.starts_with("DISPLAY: 3.38 GiB/s against 4.22 GiB/s, -20.00 %"));
  base.headlines[0].unit = "ms";
  const Judgement other = judged(head, &base, warn5_fail10());
  CHECK(test::finding_of(other, "display").reason == Reason::other_unit);
  CHECK(test::finding_of(other, "display").why ==
        "DISPLAY is in GiB/s here, and was in ms in the baseline");
  base.headlines[0].unit = "MiB/s";  // the same base unit
  CHECK(test::finding_of(judged(head, &base, warn5_fail10()), "display").reason ==
        Reason::regressed);
}

// ---- perf.json alone: only printed decimals are known
// ----------------------------------------------

struct Printed {
  double base, head;
  int decimals = 2;
};

Result<Judgement> printed(const Printed& values) {
  const auto run_of = [&](std::string id, double value) {
    Run run{.id = std::move(id)};
    run.headlines = {test::headline("display", "DISPLAY", "GiB/s", value, values.decimals)};
    return run;
  };
  const Run base = run_of("base", values.base), head = run_of("head", values.head);
  Policy policy = warn5_fail10();
  return gate::judge(head, {.run = &base, .state = BaselineState::given}, policy, true);
}

// AC:printed-decimals
TEST_CASE("a threshold finer than the printed decimals is a configuration error near it") {
  const auto refused = printed({.base = 0.19, .head = 0.18});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::config);
  CHECK(refused.error().message ==
        "DISPLAY: one step of the printed decimals is 5.26 % of it, more than the regression "
        "threshold of 5 %: they cannot tell");
  CHECK(refused.error().hint.contains("judge run.json instead"));
  CHECK(printed({.base = 0.19, .head = 0.19}));
  CHECK(printed({.base = 0.19, .head = 0.20}));    // better
  REQUIRE(printed({.base = 0.19, .head = 0.05}));  // far beyond it
  CHECK(printed({.base = 0.19, .head = 0.05})->verdict == Verdict::fail);
  CHECK_FALSE(printed({.base = 0.09, .head = 0.08}));  // the failing band of 10 % too
  CHECK(printed({.base = 0.190, .head = 0.180, .decimals = 3}));
}

TEST_CASE("with printed decimals 0.20 to 0.19 is exactly five per cent and passes") {
  const auto judgement = printed({.base = 0.20, .head = 0.19});
  REQUIRE(judgement);
  CHECK(judgement->verdict == Verdict::pass);
}

// AC:printed-noise
TEST_CASE("with single values a regression that noise could explain is inconclusive") {
  const auto small = printed({.base = 4.22, .head = 3.9});
  REQUIRE(small);
  CHECK(small->verdict == Verdict::inconclusive);
  CHECK(small->findings[0].reason == Reason::uncertain);
  CHECK(small->findings[0].why.contains("a second measurement, or run.json"));
  const auto large = printed({.base = 4.22, .head = 2.1});
  REQUIRE(large);
  CHECK(large->verdict == Verdict::fail);
  CHECK(printed({.base = 4.22, .head = 4.15})->verdict == Verdict::pass);
  CHECK(printed({.base = 4.22, .head = 9.0})->verdict == Verdict::pass);
}

}  // namespace
}  // namespace perfgate
