#include "gate/audit_period.hpp"

#include <doctest/doctest.h>

namespace perfgate::gate {
namespace {

std::string span_of(std::string_view name) {
  const auto period = audit_period(name);
  return period ? to_text(period->begin).substr(0, 10) + ".." + to_text(period->end).substr(0, 10)
                : period.error().message;
}

// AC:audit-periods
TEST_CASE("audit period: months, quarters and weeks of UTC, leap days and years included") {
  CHECK(span_of("2026-10") == "2026-10-01..2026-11-01");
  CHECK(span_of("2024-02") == "2024-02-01..2024-03-01");
  CHECK(span_of("2026-12") == "2026-12-01..2027-01-01");
  CHECK(span_of("2026-Q3") == "2026-07-01..2026-10-01");
  CHECK(span_of("2026-Q4") == "2026-10-01..2027-01-01");
  CHECK(span_of("2026-W41") == "2026-10-05..2026-10-12");
  CHECK(span_of("2020-W53") == "2020-12-28..2021-01-04");
  CHECK(span_of("2021-W01") == "2021-01-04..2021-01-11");
  for (const char* wrong : {"2021-W53", "2026-13", "2026-00", "2026-Q5", "2026", "26-10", "2026-1",
                            "2026-10-01", "2026-W00", "abcd-10", ""})
    CHECK(span_of(wrong).contains("is no period"));
  const auto day = time_from_text("2024-02-29T23:59:59+00:00");
  REQUIRE(day);
  CHECK(period_of(*day, AuditFrequency::monthly).name == "2024-02");
  CHECK(period_of(*day, AuditFrequency::weekly).name == "2024-W09");
  CHECK(period_of(*day, AuditFrequency::quarterly).name == "2024-Q1");
  // The same moment by another clock is the same period.
  CHECK(period_of(*time_from_text("2024-03-01T00:30:00+02:00"), AuditFrequency::monthly).name ==
        "2024-02");
  CHECK(next_period(*audit_period("2026-12")).name == "2027-01");
  CHECK(previous_period(*audit_period("2027-Q1")).name == "2026-Q4");
  CHECK(previous_period(*audit_period("2021-W01")).name == "2020-W53");
  CHECK(to_text(month_before(*day, 12)).substr(0, 10) == "2023-02-01");
}

}  // namespace
}  // namespace perfgate::gate
