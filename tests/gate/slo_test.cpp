#include "gate/slo.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

// AC:report-slo
TEST_CASE("slo: limit, value, shortfall and margin of every limit, worst first") {
  const Run run = test::make_run({.headlines = test::headlines(0.015)});
  const SloReport report = slo_report(test::judged(run, nullptr, test::shipped_policy()), &run);
  CHECK(report.status == SessionStatus::success);
  REQUIRE(report.levels.size() == 4);
  CHECK(report.violated_count == 2);
  CHECK(report.unsure_count == 2);
  CHECK(report.timestamp == run.started);
  const ServiceLevel& worst = report.levels.front();
  CHECK(worst.subject.name == "COMP-3");
  CHECK(worst.headline == "comp3");
  CHECK(worst.kind == LimitKind::floor);
  CHECK(worst.written == "40 MiB/s");
  CHECK(worst.origin == "thresholds.toml:5");
  CHECK(worst.verdict == Verdict::fail);
  CHECK(worst.code == Code::slo);
  CHECK(worst.limit == doctest::Approx(40.0 * 1024 * 1024));
  CHECK(worst.value == doctest::Approx(571 * 0.015 * 1024 * 1024));
  CHECK(worst.shortfall == doctest::Approx(worst.limit - worst.value));
  CHECK(worst.subject.unit == BaseUnit::byte_per_second);
}

TEST_CASE("slo: a policy without limits is a status") {
  const SloReport report = slo_report(test::judged(test::make_run(), nullptr, {}), nullptr);
  CHECK(report.status == SessionStatus::error_no_measurements);
  CHECK(report.error.contains("built-in"));
}

}  // namespace
}  // namespace perfgate::gate
