#include "gate/evolution.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "gate/sessions.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::make_run;

EvolutionReport evolution(const std::vector<double>& multipliers) {
  EvolutionBuilder builder;
  for (std::size_t i = 0; i < multipliers.size(); ++i)
    builder.add_run("run " + std::to_string(i), make_run({.multiplier = multipliers[i]}));
  return builder.finish({});
}

// AC:report-comparison
TEST_CASE("comparison report: names, scores and changes of both sessions, worst first") {
  const ComparisonReport report = comparison_report(
      compare_sessions({make_run({.scores = {{"A_01__sort", 1000}, {"B_01__find", 500}}}),
                        make_run({.scores = {{"A_01__sort", 900}, {"B_01__find", 600}}})},
                       {"main", "feature"}),
      {{"A", *Title::make("Sorting")}});
  CHECK(report.status == SessionStatus::success);
  CHECK(report.title_a == "main");
  CHECK(report.title_b == "feature");
  CHECK(report.timestamp == make_run().started);
  REQUIRE(report.comparisons.size() == 2);
  const ComparedBenchmark& worst = report.comparisons.front();
  CHECK(worst.subject.benchmark_id == "B_01__find");
  CHECK(worst.subject.section == "B");
  CHECK(worst.subject.index == "01");
  CHECK(worst.score_a == doctest::Approx(500e-9));
  CHECK(worst.score_b == doctest::Approx(600e-9));
  CHECK(worst.change_percent == doctest::Approx(20));
  CHECK(worst.trend == Trend::strong_regression);
  CHECK(report.sections == std::vector<ReportSection>{{"A", "Sorting"}, {"B", "B"}});
}

TEST_CASE("comparison report: what cannot be compared has a status and says why") {
  const ComparisonReport none = comparison_report(compare_sessions({}, {}), {});
  CHECK(none.status == SessionStatus::error_no_sessions);
  CHECK_FALSE(none.error.empty());
  CHECK(comparison_report(compare_sessions({make_run()}, {"a"}), {}).status ==
        SessionStatus::error_insufficient_sessions);
}

TEST_CASE("evolution: from the first session that holds a benchmark to the last") {
  EvolutionBuilder builder;
  builder.add_run("a", make_run({.scores = {{"sort", 100}}}));
  builder.add_run("b", make_run({.scores = {{"sort", 100}, {"late", 10}, {"once", 1}}}));
  builder.add_run("c", make_run({.scores = {{"sort", 110}, {"late", 8}}}));
  const EvolutionReport report = builder.finish({});
  CHECK(report.status == SessionStatus::success);
  CHECK(report.session_count == 3);
  CHECK(report.titles == std::vector<std::string>{"a", "b", "c"});
  REQUIRE(report.evolutions.size() == 2);
  CHECK(report.evolutions[0].subject.name == "sort");
  CHECK(report.evolutions[0].change_percent == doctest::Approx(10));
  CHECK(report.evolutions[1].change_percent == doctest::Approx(-20));
  CHECK_FALSE(report.evolutions[1].scores[0]);
  CHECK(*report.evolutions[1].scores[1] == doctest::Approx(10e-9));
  CHECK(report.notes == std::vector<std::string>{"2 of 3 benchmarks are not in every run"});
}

TEST_CASE("evolution: time stands for other metrics of the same benchmark") {
  EvolutionBuilder builder;
  for (const char* title : {"a", "b"}) {
    Run run = make_run({.scores = {{"sort", 100}}});
    test::add_metric(run, {"throughput", BaseUnit::byte_per_second, Better::higher}, {5});
    builder.add_run(title, run);
  }
  const EvolutionReport report = builder.finish({});
  REQUIRE(report.evolutions.size() == 1);
  CHECK(report.evolutions[0].subject.metric == "time");
}

TEST_CASE("evolution: too few sessions, or nothing in common, is a status") {
  CHECK(EvolutionBuilder().finish({}).status == SessionStatus::error_no_sessions);
  CHECK(evolution({1}).status == SessionStatus::error_insufficient_sessions);
  EvolutionBuilder builder;
  builder.add_run("a", make_run({.scores = {{"x", 1}}}));
  builder.add_run("b", make_run({.scores = {{"y", 1}}}));
  CHECK(builder.finish({}).status == SessionStatus::error_no_common_benchmarks);
}

// AC:report-statistics
TEST_CASE("statistics: counts, means and extremes of the changes") {
  EvolutionBuilder builder;
  builder.add_run("a", make_run({.scores = {{"a", 100}, {"b", 100}, {"c", 100}, {"d", 100}}}));
  builder.add_run("b", make_run({.scores = {{"a", 80}, {"b", 90}, {"c", 100}, {"d", 140}}}));
  const StatisticsReport report = statistics_report(builder.finish({}));
  CHECK(report.session_count == 2);
  CHECK(report.benchmark_count == 4);
  CHECK(report.improvement_count == 2);
  CHECK(report.unchanged_count == 1);
  CHECK(report.regression_count == 1);
  CHECK(*report.avg_improvement == doctest::Approx(15));
  CHECK(*report.avg_regression == doctest::Approx(40));
  CHECK(*report.best_improvement == doctest::Approx(20));
  CHECK(report.best_benchmark == "suite/a time");
  CHECK(*report.worst_regression == doctest::Approx(40));
  CHECK(report.worst_benchmark == "suite/d time");
  CHECK(*report.geometric_mean == doctest::Approx(std::pow(0.8 * 0.9 * 1.4, 0.25)));
  const StatisticsReport none = statistics_report(EvolutionBuilder().finish({}));
  CHECK(none.status == SessionStatus::error_no_sessions);
  CHECK_FALSE(none.avg_improvement);
}

}  // namespace
}  // namespace perfgate::gate
