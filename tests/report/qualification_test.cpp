#include "report/qualification.hpp"

#include <doctest/doctest.h>

namespace perfgate::report {
namespace {

Qualification sample() {
  QualifiedBenchmark fit{
      .suite = "decode",
      .benchmark = "sort",
      .metric = "time",
      .noise = 0.012,
      .floor = 0.01,
      .fail = 0.03,
      .false_alarms = {.count = 2, .of = 1000, .estimate = 0.002},
      .power = {{.slowdown = 0.02, .found = 0.04}, {.slowdown = 0.05, .found = 1}},
      .detectable = 0.036,
      .repetitions = 10,
      .detectable_at_repetitions = 0.041,
      .finest = 0.018};
  QualifiedBenchmark wild = fit;
  wild.benchmark = "a|b <i> @me";
  wild.fitness = Fitness::too_fine;
  wild.detectable.reset();
  wild.detectable_at_repetitions.reset();
  wild.finest.reset();
  QualifiedBenchmark zero{.suite = "decode",
                          .benchmark = "idle",
                          .metric = "time",
                          .fitness = Fitness::unusable,
                          .why = "a value of zero"};
  QualifiedBenchmark exact = zero;
  exact.fitness = Fitness::exact;
  exact.benchmark = "counted";
  return {.qualified = false,
          .summary = "not qualified: 1 threshold of 2 benchmarks is finer than what can be seen",
          .suites = {"decode"},
          .launches = 40,
          .looks = {5, 8, 12},
          .experiments = 1000,
          .any_false_alarm = {.count = 2, .of = 1000, .estimate = 0.002, .high = 0.0073},
          .benchmarks = {fit, wild, zero, exact},
          .delayed = {{.suite = "command",
                       .benchmark = "x",
                       .metric = "time",
                       .slowdown = 0.05,
                       .measured = 0.049,
                       .low = 0.04,
                       .high = 0.06,
                       .verdict = "fail",
                       .rounds = 8}},
          .suggestion = "[[rule]]\nbenchmark = \"a|b ```\"\n"};
}

TEST_CASE("a qualification is told as a table and what was not tested beside it") {
  const std::string text = qualification_text(sample(), {});
  CHECK(text.starts_with("not qualified: 1 threshold"));
  CHECK(text.contains("40 launches of decode at one build"));
  CHECK(text.contains("looks after 5, 8, 12"));
  CHECK(text.contains("+2 %"));
  CHECK(text.contains("4.1 % in 10"));
  CHECK(text.contains("nothing in 10"));
  CHECK(text.contains("UNUSABLE  idle time: a value of zero"));
  CHECK_FALSE(text.contains("counted"));
  CHECK(text.contains(
      "a real delay of 5.0 %: +4.90 % measured (+4.00 % to +6.00 %) in 8 rounds: fail"));
  CHECK(text.contains("for thresholds.toml:\n\n[[rule]]"));
  CHECK(qualification_text(sample(), {.verbose = true}).contains("exact  counted time"));
}

TEST_CASE("names in the markdown of a qualification are no markup") {
  const std::string text = qualification_md(sample());
  CHECK(text.starts_with("**not qualified"));
  CHECK(text.contains("| --- |"));
  CHECK(text.contains("a&#124;b &#60;i&#62; &#64;me"));
  CHECK(text.contains("```toml\n[[rule]]\nbenchmark = \"a|b '''\"\n```"));
  CHECK(text.contains("- not tested: idle"));
  CHECK(text.contains("- a real delay of 5.0 %"));
}

TEST_CASE("nothing tested leaves no table") {
  Qualification nothing = sample();
  nothing.benchmarks.resize(0);
  nothing.suggestion.clear();
  nothing.delayed.clear();
  CHECK_FALSE(qualification_text(nothing, {}).contains("benchmark  "));
  CHECK_FALSE(qualification_md(nothing).contains("| --- |"));
}

}  // namespace
}  // namespace perfgate::report
