#include "gate/judge.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate {
namespace {

using test::judged;
using test::make_run;

// AC:one-line-report
TEST_CASE("the report in one line is the origin's word for word") {
  Run head = make_run({.headlines = test::headlines()});
  std::swap(head.headlines[0], head.headlines[1]);  // shown by their order
  const Judgement judgement = judged(head, &head, test::shipped_policy());
  CHECK(judgement.summary == "Performance Report: DISPLAY: 4.22 GiB/s, COMP-3: 571 MiB/s [PASS]");
}

TEST_CASE("every verdict has its label") {
  Judgement judgement{.headlines = test::headlines()};
  const auto line = [&](Verdict verdict) {
    judgement.verdict = verdict;
    return gate::one_line(judgement);
  };
  const std::string figures = "Performance Report: DISPLAY: 4.22 GiB/s, COMP-3: 571 MiB/s ";
  CHECK(line(Verdict::pass) == figures + "[PASS]");
  CHECK(line(Verdict::improved) == figures + "[PASS]");
  CHECK(line(Verdict::warn) == figures + "[WARN]");
  CHECK(line(Verdict::fail) == figures + "[FAIL]");
  CHECK(line(Verdict::inconclusive) == figures + "[INCONCLUSIVE]");
  CHECK(line(Verdict::not_measured) == figures + "[NOT MEASURED]");
  CHECK(line(Verdict::not_comparable) == figures + "[NOT COMPARABLE]");
}

TEST_CASE("without headlines the line says how many benchmarks were compared") {
  const Run base = make_run({.id = "base"});
  const Run head = make_run({.scores = {{"sort", 1000}, {"search", 500}}});
  CHECK(judged(head, &base, {}).summary ==
        "Performance Report: 2 of 3 benchmarks compared [NOT MEASURED]");
  Judgement unnamed{.headlines = test::headlines()};
  unnamed.headlines.resize(1);
  unnamed.headlines[0].label = {};
  CHECK(gate::one_line(unnamed) == "Performance Report: display: 4.22 GiB/s [PASS]");
}

// AC:missing-baseline
TEST_CASE("a missing baseline does what the policy says") {
  const Run head = make_run();
  Policy policy;
  const auto with = [&](OnState state) {
    policy.on_missing_baseline = state;
    return judged(head, nullptr, policy);
  };
  const Judgement warned = with(OnState::warn);
  CHECK(warned.verdict == Verdict::warn);
  CHECK(warned.exit_code == 0);
  CHECK(warned.baseline_state == BaselineState::none);
  CHECK(warned.findings[0].why.contains("`perfgate baseline promote` makes this run the baseline"));
  CHECK(with(OnState::pass).verdict == Verdict::pass);
  CHECK(with(OnState::pass).exit_code == 0);
  const Judgement failed = with(OnState::fail);
  CHECK(failed.verdict == Verdict::not_comparable);
  CHECK(failed.exit_code == 5);
  policy.on_not_comparable = OnState::fail;  // another switch
  CHECK(with(OnState::warn).exit_code == 0);
}

// AC:other-host
TEST_CASE("a baseline of another host class is not comparable and nothing is compared") {
  const Run base = make_run({.id = "base", .cpu = "Other CPU"});
  const Run head = make_run({.multiplier = 2});
  const Judgement judgement = judged(head, &base, {});
  CHECK(judgement.verdict == Verdict::not_comparable);
  CHECK(judgement.exit_code == 0);
  CHECK(judgement.baseline_state == BaselineState::not_comparable);
  CHECK(judgement.counts.compared == 0);
  CHECK(judgement.host_differences ==
        std::vector<std::string>{"cpu_model: \"Example CPU 3000\" here, \"Other CPU\" there"});
  CHECK(judgement.findings[0].reason == Reason::other_host);
  CHECK(judgement.findings[0].why.contains("cpu_model"));
  Policy strict;
  strict.on_not_comparable = OnState::fail;
  CHECK(judged(head, &base, strict).exit_code == 5);
  strict.on_not_comparable = OnState::pass;
  CHECK(judged(head, &base, strict).verdict == Verdict::pass);
  strict.host_class = {"arch"};
  CHECK(judged(head, &base, strict).verdict == Verdict::fail);
}

TEST_CASE("every field that a host class can name is compared") {
  const Fingerprint full{.cpu_model = "a",
                         .cores = 1,
                         .arch = "a",
                         .os_image = "a",
                         .kernel = "a",
                         .compiler = "a",
                         .flags = "a",
                         .governor = "a",
                         .container = "a"};
  const std::vector<std::string> fields{"cpu_model", "cores", "arch",     "os_image", "kernel",
                                        "compiler",  "flags", "governor", "container"};
  CHECK(gate::host_differences(full, full, fields).empty());
  const auto differences = gate::host_differences(full, {}, fields);
  REQUIRE(differences.size() == fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i)
    CHECK(differences[i] == fields[i] + (fields[i] == "cores" ? ": \"1\" here, unknown there"
                                                              : ": \"a\" here, unknown there"));
  CHECK(gate::host_differences({}, {}, fields).empty());
  CHECK(gate::host_differences(full, {}, {"weather"}).empty());
  CHECK(gate::host_class(full, {"cores", "arch"}) == "cores=1; arch=a");
  CHECK(gate::host_class({}, {"arch"}) == "arch=unknown");
}

// ---- The exit
// ---------------------------------------------------------------------------------------

Exit exit_with(std::vector<Verdict> verdicts, const Policy& policy, bool fail_on_warn = false) {
  Judgement judgement;
  for (const Verdict verdict : verdicts)
    judgement.findings.push_back({.benchmark = "b", .verdict = verdict});
  gate::conclude(judgement, policy, fail_on_warn);
  return static_cast<Exit>(judgement.exit_code);
}

// AC:exit-precedence
TEST_CASE("where several hold the exit is the first of 1 and 3 and 5 and 4") {
  Policy policy;
  policy.on_inconclusive = policy.on_not_comparable = OnState::fail;
  using enum Verdict;
  CHECK(exit_with({inconclusive, not_comparable, not_measured, fail}, policy) == Exit::failed);
  CHECK(exit_with({inconclusive, not_comparable, not_measured}, policy) == Exit::not_measured);
  CHECK(exit_with({inconclusive, not_comparable}, policy) == Exit::not_comparable);
  CHECK(exit_with({inconclusive, warn, pass}, policy) == Exit::inconclusive);
  CHECK(exit_with({warn, improved, pass}, policy) == Exit::pass);
  CHECK(exit_with({}, policy) == Exit::pass);
}

TEST_CASE("inconclusive and not comparable end in exit 0 unless the policy makes them fail") {
  using enum Verdict;
  Policy policy;
  CHECK(exit_with({inconclusive, not_comparable}, policy) == Exit::pass);
  CHECK(exit_with({not_measured}, policy) == Exit::not_measured);  // no policy lets that pass
  CHECK(exit_with({inconclusive}, policy, true) == Exit::inconclusive);
  CHECK(exit_with({not_comparable}, policy, true) == Exit::not_comparable);
  policy.on_inconclusive = OnState::pass;
  CHECK(exit_with({inconclusive}, policy, true) == Exit::pass);
  CHECK(exit_with({not_comparable}, policy, true) == Exit::not_comparable);
}

TEST_CASE("warnings fail only where that is asked for") {
  CHECK(exit_with({Verdict::warn}, {}) == Exit::pass);
  CHECK(exit_with({Verdict::warn}, {}, true) == Exit::failed);
  CHECK(exit_with({Verdict::improved, Verdict::pass}, {}, true) == Exit::pass);
}

TEST_CASE("the verdict over all is the worst that counts and improvements do not") {
  Judgement judgement;
  judgement.findings = {{.verdict = Verdict::improved}, {.verdict = Verdict::pass}};
  gate::conclude(judgement, {});
  CHECK(judgement.verdict == Verdict::pass);
  judgement.findings.push_back({.verdict = Verdict::inconclusive});
  gate::conclude(judgement, {});
  CHECK(judgement.verdict == Verdict::inconclusive);
  Policy lenient;
  lenient.on_inconclusive = OnState::pass;
  gate::conclude(judgement, lenient);
  CHECK(judgement.verdict == Verdict::pass);
}

TEST_CASE("findings are sorted worst first and then by the size of the change") {
  using enum Verdict;
  Judgement judgement;
  const auto add = [&](std::string name, Verdict verdict, double change) {
    judgement.findings.push_back({.benchmark = std::move(name),
                                  .verdict = verdict,
                                  .comparison = Comparison{.change = change}});
  };
  add("pass", pass, 9), add("improved", improved, 0), add("warn", warn, 0);
  add("unsure", inconclusive, 0), add("other", not_comparable, 0), add("missing", not_measured, 0);
  add("small", fail, 0.2), add("large", fail, -0.4);
  gate::conclude(judgement, {});
  std::string order;
  for (const Finding& finding : judgement.findings) order += finding.benchmark + " ";
  CHECK(order == "large small missing other unsure warn improved pass ");
}

TEST_CASE("a judgement says what was judged and against what and by which method") {
  const Run base = make_run({.id = "base", .sha = "beef"});
  Run head = make_run({.id = "head"});
  head.notes = {{.severity = Severity::warning, .text = "busy"}};
  const Judgement judgement = judged(head, &base, test::shipped_policy());
  CHECK(judgement.schema == "perfgate.judgement/1");
  CHECK(judgement.tool.starts_with("perfgate "));
  CHECK(judgement.method == "shift-bounds/4");
  CHECK(judgement.run_id == "head");
  CHECK(judgement.baseline_id == "base");
  CHECK(judgement.baseline_commit.sha == "beef");
  CHECK(judgement.baseline_state == BaselineState::given);
  CHECK(judgement.policy == "thresholds.toml");
  CHECK(judgement.notes == head.notes);
}

}  // namespace
}  // namespace perfgate
