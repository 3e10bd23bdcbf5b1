#include "gate/sessions.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/factory.hpp"

namespace perfgate {
namespace {

using test::make_run;

Sessions sessions(std::vector<Run> runs) {
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < runs.size(); ++i) titles.push_back("run " + std::to_string(i));
  return gate::compare_sessions(runs, std::move(titles));
}

// AC:sessions-status
TEST_CASE("sessions that cannot be compared say so by status") {
  CHECK(to_text(sessions({}).status) == "ERROR_NO_SESSIONS");
  CHECK(to_text(sessions({make_run()}).status) == "ERROR_INSUFFICIENT_SESSIONS");
  const Sessions apart = sessions({make_run(), make_run({.scores = {{"other", 1}}})});
  CHECK(to_text(apart.status) == "ERROR_NO_COMMON_BENCHMARKS");
  CHECK(apart.error == "the first and the last run have no benchmark in common");
  CHECK_FALSE(apart.geometric_mean);
  CHECK(to_text(sessions({make_run(), make_run()}).status) == "SUCCESS");
}

TEST_CASE("sessions are sorted by severity with their geometric mean") {
  const Run first = make_run();
  const Run last = make_run({.scores = {{"sort", 1200}, {"search", 400}, {"decode", 2000}}});
  const Sessions result = sessions({first, last});
  REQUIRE(result.rows.size() == 3);
  CHECK(result.rows[0].benchmark == "sort");
  CHECK(result.rows[0].change.text() == "+20.00 %");
  CHECK(result.rows[0].trend == Trend::strong_regression);
  CHECK(result.rows[1].benchmark == "decode");
  CHECK(result.rows[1].trend == Trend::unchanged);
  CHECK(result.rows[2].benchmark == "search");
  CHECK(result.rows[2].change.text() == "-20.00 %");
  CHECK(result.regressions == 1);
  CHECK(result.improvements == 1);
  CHECK(result.unchanged == 1);
  CHECK(*result.geometric_mean == doctest::Approx(std::cbrt(1.2 * 0.8)));
  CHECK(result.rows[0].p);
  CHECK(*result.rows[0].scores[1] == doctest::Approx(1200e-9));
}

TEST_CASE("of a metric of which more is better less is worse") {
  Run first = make_run({.scores = {{"sort", 1}}}), last = first;
  for (Run* run : {&first, &last}) {
    run->metrics = {{.name = "items", .unit = BaseUnit::per_second, .better = Better::higher}};
    run->benchmarks[0].samples = {{"items", Values({run == &first ? 100.0 : 80.0})}};
  }
  const Sessions result = sessions({first, last});
  REQUIRE(result.rows.size() == 1);
  CHECK(result.rows[0].change.text() == "+25.00 %");  // it takes a quarter longer
  CHECK_FALSE(result.rows[0].p);                      // single values
}

TEST_CASE("what is not in every session is told and compared from first to last") {
  const Run middle = make_run({.scores = {{"sort", 900}}, .cpu = "Other CPU"});
  const Run last = make_run({.scores = {{"sort", 1000}, {"search", 500}}});
  const Sessions result = sessions({make_run(), middle, last});
  REQUIRE(result.rows.size() == 2);
  REQUIRE(result.notes.size() == 2);
  CHECK(result.notes[0] == "2 of 3 benchmarks are not in every run");
  CHECK(result.notes[1].starts_with("run 1 and run 0 come from different machines: cpu_model"));
  for (const SessionRow& row : result.rows) {
    CHECK(row.scores.size() == 3);
    if (row.benchmark == "search") CHECK_FALSE(row.scores[1]);
  }
}

TEST_CASE("a benchmark whose unit changed or whose value is zero has no change") {
  Run first = make_run({.scores = {{"sort", 1000}, {"search", 0}}}), last = first;
  CHECK(sessions({first, last}).rows.size() == 1);
  last.metrics[0].unit = BaseUnit::one;
  CHECK(sessions({first, last}).status == SessionStatus::error_no_common_benchmarks);
}

// AC:sessions-trends
TEST_CASE("there are five classes of change bounded by ten per cent") {
  const auto trend = [](double ratio) { return trend_of(*Percentage::from_ratio(ratio)); };
  CHECK(trend(-0.1001) == Trend::strong_improvement);
  CHECK(trend(-0.10) == Trend::improvement);
  CHECK(trend(-0.0001) == Trend::improvement);
  CHECK(trend(-0.00001) == Trend::unchanged);
  CHECK(trend(0) == Trend::unchanged);
  CHECK(trend(0.00004) == Trend::unchanged);
  CHECK(trend(0.0001) == Trend::regression);
  CHECK(trend(0.10) == Trend::regression);
  CHECK(trend(0.1001) == Trend::strong_regression);
  std::string symbols, words;
  for (const Trend t : {Trend::strong_improvement, Trend::improvement, Trend::unchanged,
                        Trend::regression, Trend::strong_regression}) {
    symbols += std::string(symbol(t)) + " ";
    words += std::string(to_text(t)) + " ";
  }
  CHECK(symbols == "▼▼▼ ▼ ─ ▲ ▲▲▲ ");
  CHECK(words == "strong_improvement improvement unchanged regression strong_regression ");
}

}  // namespace
}  // namespace perfgate
