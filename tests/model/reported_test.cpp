#include "model/reported.hpp"

#include <doctest/doctest.h>

#include "config/schema.hpp"
#include "model/reports_json.hpp"

namespace perfgate {
namespace {

// AC:report-sections
TEST_CASE("a section is read off a benchmark's name of the form SECTION_INDEX__name") {
  CHECK(section_of("A_01__dict_create") == SectionName{"A", "01"});
  CHECK(section_of("io_read_2__big__file") == SectionName{"io_read", "2"});
  for (const char* name : {"sort", "A__x", "A_01_x", "A_01__", "__x", "_1__x", "A___x", "A b_1__x",
                           "decode/1__x", "A_12345678901__x", ""})
    CHECK_MESSAGE(section_of(name) == SectionName{}, name);
}

TEST_CASE("sections are titled by the legend, each once and by name") {
  const Legend legend{{"A", *Title::make("Python baselines")}, {"C", *Title::make("unused")}};
  CHECK(titled({"B", "A", "", "B"}, legend) ==
        std::vector<ReportSection>{{"A", "Python baselines"}, {"B", "B"}});
}

TEST_CASE("a trend has five words") {
  const auto trend = [](double ratio) { return trend_of(*Percentage::from_ratio(ratio)); };
  CHECK(trend(-0.2) == Trend::strong_improvement);
  CHECK(trend(-0.1) == Trend::improvement);
  CHECK(trend(0.00001) == Trend::unchanged);
  CHECK(trend(0.1) == Trend::regression);
  CHECK(trend(0.101) == Trend::strong_regression);
}

template <class Report>
void check_valid(std::string_view kind, const Report& report) {
  std::string text;
  write_report(report, [&](std::string_view piece) { text += piece; });
  const auto valid = config::require_valid(*report_json_schema(kind), "schema", text, "report");
  CHECK_MESSAGE(valid.has_value(), kind << ": " << (valid ? "" : valid.error().message) << text);
}

// AC:report-schemas
TEST_CASE("each report is valid against its JSON Schema, empty or not") {
  const ReportedSubject subject =
      subject_of("suite", "A_01__x", {.name = "time", .unit = BaseUnit::second});
  check_valid("comparison", ComparisonReport{});
  check_valid("comparison", ComparisonReport{.timestamp = Time{1},
                                             .sections = {{"A", "a"}},
                                             .comparisons = {{.subject = subject,
                                                              .p = 0.5,
                                                              .verdict = Verdict::not_measured,
                                                              .why = "x",
                                                              .low = 1}},
                                             .geometric_mean = 1.5,
                                             .reasons = {"r"},
                                             .notes = {"n"}});
  check_valid("evolution", EvolutionReport{});
  check_valid("evolution",
              EvolutionReport{.titles = {"a", "b"},
                              .evolutions = {{.subject = subject, .scores = {1.0, std::nullopt}}}});
  check_valid("statistics", StatisticsReport{.status = SessionStatus::error_no_sessions});
  check_valid("statistics", StatisticsReport{.avg_improvement = 1, .worst_regression = 2});
  check_valid("results", ResultsReport{});
  check_valid("results",
              ResultsReport{.results = {{.subject = subject, .samples = {1}, .outliers = {0}}}});
  check_valid("matrix", MatrixReport{});
  check_valid("matrix",
              MatrixReport{.rows = {"r"}, .cells = {{1.0, std::nullopt}}, .counts = {{1, 0}}});
  check_valid("trend", TrendReport{});
  TrendSeries series{.subject = subject, .positions = {0}, .values = {1}};
  series.levels = {{0, 0, 1}};
  series.marks = {{.kind = TrendMarkKind::waiver, .to = 1, .change = 0.5}};
  series.forecast = Forecast{.values = {1}, .low = {0}, .high = {2}, .crossings = {{.runs = 3}}};
  check_valid("trend", TrendReport{.runs = {{}}, .marks = series.marks, .series = {series}});
  check_valid("slo", SloReport{});
  check_valid("slo",
              SloReport{.levels = {{.subject = subject, .code = Code::slo, .since = Time{1}}}});
  check_valid("hypothesis", HypothesisResult{});
  for (const std::string_view kind : report_schema_kinds())
    CHECK(report_json_schema(kind)->contains("perfgate." + std::string(kind) + "/1"));
  CHECK_FALSE(report_json_schema("site"));
}

}  // namespace
}  // namespace perfgate
