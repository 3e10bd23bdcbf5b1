#include "harness/collector.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace perfgate::harness {
namespace {

Run moved(Collector collector) {
  Run run;
  std::move(collector).move_into(run);
  return run;
}

TEST_CASE("benchmarks keep the order in which they were first met") {
  Collector collector("s");
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 1000; ++i)
      CHECK(collector.benchmark("b" + std::to_string(i)) == static_cast<std::size_t>(i));
  CHECK(collector.size() == 1000);
  const Run run = moved(std::move(collector));
  CHECK(run.benchmarks[999].name == "b999");
  CHECK(run.benchmarks[999].suite == Symbol("s"));
}

// AC:launches-kept-apart
TEST_CASE("the values of one benchmark are kept apart by process launch") {
  Collector collector("s");
  collector.add(collector.benchmark("b"), metrics::time(), 1);
  collector.add(collector.benchmark("b"), metrics::time(), 2);
  collector.next_launch();
  collector.add(collector.benchmark("b"), metrics::time(), 3);
  const Run run = moved(std::move(collector));
  const auto launches = run.benchmarks.at(0).samples.at(0).values.launches();
  REQUIRE(launches.size() == 2);
  CHECK(launches[0].size() == 2);
  CHECK(launches[1][0] == 3);
}

// AC:nan-is-no-value
TEST_CASE("a value that is NaN or infinite becomes a note and no value") {
  Collector collector("s");
  const auto b = collector.benchmark("b");
  collector.add(b, metrics::time(), std::nan(""));
  collector.add(b, {.name = "own"}, std::numeric_limits<double>::infinity());
  CHECK_FALSE(collector.has_values(b));
  const Run run = moved(std::move(collector));
  CHECK(run.metrics.empty());
  REQUIRE(run.notes.size() == 2);
  CHECK(run.notes[0].severity == Severity::error);
  CHECK(run.notes[0].code == Code::parse);
  CHECK(run.notes[0].benchmark == "b");
  CHECK(run.notes[0].text == "time is not a number, which is no value");
  CHECK(run.notes[1].severity == Severity::warning);
  CHECK(run.notes[1].text == "own is infinite, which is no value");
}

TEST_CASE("what was noted already is not noted again") {
  Collector collector("s");
  collector.note(Severity::info, {}, {}, "once");
  collector.note(Severity::info, {}, {}, "once");
  collector.note(Severity::warning, {}, {}, "once");
  CHECK(moved(std::move(collector)).notes.size() == 2);
}

TEST_CASE("a flood of notes is counted and keeps its severity") {
  Collector collector("s");
  for (std::size_t i = 0; i < Collector::max_notes; ++i)
    collector.note(Severity::info, {}, {}, "note " + std::to_string(i));
  collector.note(Severity::error, Code::parse, {}, "bad");
  collector.note(Severity::info, {}, {}, "worse is not");
  const Run run = moved(std::move(collector));
  REQUIRE(run.notes.size() == Collector::max_notes + 1);
  CHECK(run.notes.back().text == "2 more notes are left out");
  CHECK(run.notes.back().severity == Severity::error);
}

// AC:foreign-text-made-safe
TEST_CASE("the text of a note is made harmless and cut") {
  Collector collector("s");
  collector.note(Severity::info, {}, {}, "::error::x\x1b[31m" + std::string(1000, 'x'));
  const Run run = moved(std::move(collector));
  const std::string& text = run.notes.at(0).text;
  CHECK_FALSE(text.starts_with("::"));
  CHECK_FALSE(text.contains('\x1b'));
  CHECK(text.size() < 510);
}

TEST_CASE("what was gathered is added to what the run holds") {
  Run run;
  run.metrics = {metrics::time()};
  run.benchmarks = {{.suite = "first", .name = "a", .samples = {}}};
  Collector collector("second");
  const auto b = collector.benchmark("b");
  collector.add(b, metrics::time(), 1);
  collector.add(b, metrics::items(), 2);
  collector.statistic(b, "time", "mean", 1.5, 1, 2);
  std::move(collector).move_into(run);
  CHECK(run.benchmarks.size() == 2);
  CHECK(run.metrics.size() == 2);
  REQUIRE(run.statistics.size() == 1);
  CHECK(run.statistics[0].benchmark == "b");
  CHECK(run.statistics[0].low == 1.0);
}

TEST_CASE("the fixed metrics know their unit and direction") {
  CHECK(metrics::time().unit == BaseUnit::second);
  CHECK(metrics::cpu_time().better == Better::lower);
  CHECK(metrics::throughput().unit == BaseUnit::byte_per_second);
  CHECK(metrics::items().better == Better::higher);
}

}  // namespace
}  // namespace perfgate::harness
