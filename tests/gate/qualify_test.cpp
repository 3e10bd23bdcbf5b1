#include "gate/qualify.hpp"

#include <doctest/doctest.h>

#include "config/policy.hpp"
#include "gate/findings.hpp"
#include "model/qualification_json.hpp"
#include "stats/verdict.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::make_run;

Run launches_of(double noise, int launches = 40) {
  return make_run({.noise = noise, .launches = launches});
}

QualifyOptions quick() { return {.max_rounds = 30, .experiments = 200}; }

const QualifiedBenchmark& benchmark_of(const Qualification& qualification, std::string_view name) {
  for (const QualifiedBenchmark& one : qualification.benchmarks)
    if (one.benchmark == name) return one;
  FAIL("no benchmark " << std::string(name));
  return qualification.benchmarks.front();
}

Qualification qualified(const Run& run, const Policy& policy,
                        const QualifyOptions& options = quick()) {
  auto result = qualify(run, policy, options);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  return *std::move(result);
}

// AC:qualify
TEST_CASE("quiet launches qualify the built-in policy and the receipt says how far") {
  QualifyOptions options = quick();
  options.repetitions = {{"suite", 10}};
  const Qualification result = qualified(launches_of(0.004), {}, options);
  CHECK(result.qualified);
  CHECK(result.summary.starts_with("qualified: "));
  CHECK(result.method == stats::verdict_method);
  CHECK(result.launches == 40);
  CHECK(result.looks == std::vector{30});
  CHECK(result.any_false_alarm.of == 200);
  REQUIRE(result.benchmarks.size() == 3);
  for (const QualifiedBenchmark& one : result.benchmarks) {
    CHECK(one.fitness == Fitness::fit);
    CHECK(one.fail == 0.03);
    REQUIRE(one.detectable);
    CHECK(*one.detectable < 0.04);
    CHECK(one.repetitions == 10);
    CHECK(one.detectable_at_repetitions);
    CHECK(one.power.size() == 5);
    CHECK(one.power.back().found == 1);
    CHECK(one.noise.value_or(0) == doctest::Approx(0.004).epsilon(0.6));
  }
  CHECK(result.suggestion.empty());
  CHECK(thresholds_hold(result));
  std::string text;
  write_qualification(result, [&](std::string_view piece) { text += piece; });
  const auto read = read_qualification(text, "qualification.json");
  REQUIRE_MESSAGE(read.has_value(), read.error().message);
  CHECK(*read == result);
}

// AC:qualify-too-fine
TEST_CASE("a threshold finer than what can be seen is a configuration error with the number") {
  const Run run = launches_of(0.06);
  const Qualification result = qualified(run, {});
  CHECK_FALSE(result.qualified);
  const QualifiedBenchmark& sort = benchmark_of(result, "sort");
  CHECK(sort.fitness == Fitness::too_fine);
  REQUIRE(sort.suggested);
  CHECK(*sort.suggested >= sort.finest.value_or(9));
  const auto error = thresholds_hold(result);
  REQUIRE_FALSE(error);
  CHECK(error.error().code == Code::config);
  CHECK(error.error().message.contains("suite/sort time: it fails beyond 3.0 %"));
  CHECK(error.error().message.contains("would do"));

  // What it suggests parses, and what it says then holds.
  const auto policy = config::read_policy(
      "[performance_floors]\nregression_threshold = 0.03\n" + result.suggestion, "thresholds.toml");
  REQUIRE_MESSAGE(policy.has_value(), policy.error().message);
  const Qualification again = qualified(run, *policy);
  CHECK(thresholds_hold(again));
  CHECK(benchmark_of(again, "sort").fail.value_or(0) == doctest::Approx(*sort.suggested));
}

TEST_CASE("a threshold just below what can be told is not shown as the same number") {
  const Run run = launches_of(0.06);
  Policy policy;
  const double finest = benchmark_of(qualified(run, policy), "sort").finest.value_or(9);
  policy.regression_fail_threshold = Decimal::nearest(0.995 * finest);
  const Qualification result = qualified(run, policy);
  const QualifiedBenchmark& sort = benchmark_of(result, "sort");
  REQUIRE(sort.fitness == Fitness::too_fine);
  const std::size_t beyond = sort.why.find("beyond ") + 7, told = sort.why.find("noise is ") + 9;
  const std::string band = sort.why.substr(beyond, sort.why.find(',') - beyond);
  CHECK(sort.why.substr(told, sort.why.find(':') - told) != band);
}

TEST_CASE("what is hopeless is demoted and names are taken literally") {
  Run run = launches_of(0.16);
  run.benchmarks[0].name = "odd [\"name\"] \\ * é\n";
  const Qualification result = qualified(run, {}, {.max_rounds = 5, .experiments = 200});
  const auto policy = config::read_policy(result.suggestion, "thresholds.toml");
  REQUIRE_MESSAGE(policy.has_value(), policy.error().message);
  REQUIRE(policy->rules.size() == 3);
  const Rule rule = effective_rule(*policy, "suite", run.benchmarks[0].name, "time");
  REQUIRE(rule.bands);
  CHECK_FALSE(rule.bands->fail);
  CHECK_FALSE(effective_rule(*policy, "suite", "odd name", "time").bands);
}

TEST_CASE("a rule whose one benchmark is held too finely is told alone") {
  Policy policy;
  policy.rules.push_back({.benchmark = "search", .bands = Bands{.fail = test::dec("0.011")}});
  policy.rules.push_back({.benchmark = "decode", .bands = Bands{}});
  const Qualification result = qualified(launches_of(0.01), policy);
  CHECK(benchmark_of(result, "search").fitness == Fitness::too_fine);
  CHECK(benchmark_of(result, "search").rounds_needed == std::nullopt);
  CHECK(benchmark_of(result, "sort").fitness == Fitness::fit);
  CHECK(benchmark_of(result, "decode").fitness == Fitness::unlimited);
  CHECK(result.summary.contains("1 threshold of 2 benchmarks is finer"));
}

TEST_CASE("warning bands count where nothing fails and rounds that would do are told") {
  Policy policy;
  policy.regression_fail_threshold.reset();
  policy.regression_threshold = test::dec("0.03");
  const Qualification result =
      qualified(launches_of(0.02), policy, {.max_rounds = 6, .experiments = 200});
  const QualifiedBenchmark& sort = benchmark_of(result, "sort");
  CHECK(sort.why.starts_with("it warns beyond 3.0 %"));
  CHECK(sort.fitness == Fitness::too_fine);
  CHECK(sort.rounds_needed.value_or(0) > 6);
  CHECK(result.suggestion.contains("fail = \"never\""));
}

TEST_CASE("exact and zero and missing values are set aside") {
  Run run = launches_of(0.004);
  run.metrics.push_back({.name = "branches", .better = Better::lower, .exact = true});
  run.metrics.push_back({.name = "idle", .better = Better::lower});
  const auto add = [&](std::string name, const char* metric, double value, std::size_t launches) {
    const std::vector<std::vector<double>> values(launches, {value});
    run.benchmarks.push_back({.suite = "suite",
                              .name = std::move(name),
                              .samples = {{.metric = metric, .values = test::values_of(values)}}});
  };
  add("counted", "branches", 7, 40);
  add("idling", "idle", 0, 40);
  add("rare", "idle", 1, 30);
  const Qualification result = qualified(run, {});
  CHECK(benchmark_of(result, "counted").fitness == Fitness::exact);
  CHECK(benchmark_of(result, "idling").fitness == Fitness::unusable);
  CHECK(benchmark_of(result, "idling").why.contains("zero"));
  CHECK(benchmark_of(result, "rare").fitness == Fitness::unusable);
  CHECK(benchmark_of(result, "rare").why == "it was measured in 30 of 40 launches");
  CHECK(result.qualified);
}

TEST_CASE("too few launches and nothing measured are errors") {
  const auto few = qualify(launches_of(0.01, 12), {}, quick());
  REQUIRE_FALSE(few);
  CHECK(few.error().code == Code::usage);
  CHECK(few.error().message.contains("12 launches"));
  CHECK(few.error().hint.contains("--rounds"));
  Run nothing = launches_of(0.01);
  nothing.benchmarks.clear();
  const auto none = qualify(nothing, {}, quick());
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::nothing_measured);
}

TEST_CASE("few launches stand for few rounds") {
  const Qualification result = qualified(launches_of(0.004, 20), {});
  CHECK(result.looks.back() == 15);
  REQUIRE_FALSE(result.notes.empty());
  CHECK(result.notes.back().text.contains("20 launches stand for experiments of 15 rounds"));
}

}  // namespace
}  // namespace perfgate::gate
