#include "gate/results.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

Run run_of(const std::vector<std::vector<double>>& launches) {
  Run run = test::make_run({.scores = {{"sort", 1}}});
  run.benchmarks[0].samples[0].values = test::values_of(launches);
  return run;
}

// AC:report-results
TEST_CASE("results: score of the launches' medians, percentiles of all samples") {
  const ResultsReport report =
      results_report(run_of({{1, 3}, {2, 4}, {3, 5}, {4, 6}, {5, 7}}), {}, 5);
  REQUIRE(report.results.size() == 1);
  const BenchmarkResult& result = report.results[0];
  CHECK(result.raw_score == doctest::Approx(4));  // of 2 3 4 5 6
  CHECK(result.independent);
  CHECK(result.launches == 5);
  CHECK(result.samples == std::vector<double>{1, 3, 2, 4, 3, 5, 4, 6, 5, 7});
  CHECK(result.p50 == doctest::Approx(4));
  CHECK(result.p95 == doctest::Approx(6.55));
  CHECK(result.p99 == doctest::Approx(6.91));
  CHECK(result.minimum == 1);
  CHECK(result.maximum == 7);
  CHECK(result.outliers.empty());
}

TEST_CASE("results: outliers are marked and stay among the samples") {
  const ResultsReport report = results_report(run_of({{10, 11, 10, 12, 11, 1000, 10, 11}}), {}, 5);
  const BenchmarkResult& result = report.results[0];
  CHECK(result.outliers == std::vector<int>{5});
  CHECK(result.samples.size() == 8);
  CHECK(result.maximum == 1000);
  CHECK_FALSE(result.independent);
}

TEST_CASE("results: a score is rounded to the digits that its interval bears") {
  CHECK(rounded_to(1.23456789, 0.01) == doctest::Approx(1.235));
  CHECK(rounded_to(1234.5678, 30) == doctest::Approx(1235));
  CHECK(rounded_to(1234567, 30'000) == doctest::Approx(1'235'000));
  CHECK(rounded_to(1.2345e-9, 2e-12) == doctest::Approx(1.2345e-9));
  CHECK(rounded_to(1.5, 0) == 1.5);
  CHECK(rounded_to(0, 1) == 0);
  for (const double width : {1e-3, 3.0, 7e5})
    CHECK(std::abs(rounded_to(987'654.321, width) - 987'654.321) <= width / 10);
}

TEST_CASE("results: a run without a measurement has a status") {
  Run run = test::make_run();
  run.benchmarks.clear();
  const ResultsReport report = results_report(run, {}, 5);
  CHECK(report.status == SessionStatus::error_no_measurements);
  CHECK(report.error.contains("run-1"));
}

}  // namespace
}  // namespace perfgate::gate
