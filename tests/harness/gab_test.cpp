#include "harness/gab.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/run_json.hpp"
#include "paths.hpp"

namespace perfgate::harness {
namespace {

std::string file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Run> example() {
  const auto runs = read_gab(file(PERFGATE_SOURCE_DIR "/tests/data/gab/data.js"), "data.js");
  REQUIRE_MESSAGE(runs.has_value(), runs.error().message);
  return *runs;
}

double value_of(const Run& run, std::string_view benchmark, std::string_view metric) {
  const Benchmark* found = run.find(run.suites[0], benchmark);
  REQUIRE(found);
  const Sample* sample = found->find(Symbol(metric));
  REQUIRE(sample);
  return sample->values.all()[0];
}

std::string json_of(const Run& run) {
  std::string text;
  write_run(run, [&](std::string_view piece) { text += piece; }, 0);
  return text;
}

// AC:import-gab
TEST_CASE("each entry of data.js is a run whose units say what was measured") {
  const std::vector<Run> runs = example();
  REQUIRE(runs.size() == 3);
  const Run& first = runs[0];
  CHECK(first.started.unix_ms == 1700000000123);
  CHECK(first.commit.sha == "0123456789abcdef0123456789abcdef01234567");
  REQUIRE(first.commit.time);
  CHECK(to_text(*first.commit.time) == "2023-11-14T22:13:00.000Z");
  CHECK(first.suites == std::vector<Symbol>{"Rust Benchmark"});
  CHECK(value_of(first, "sort/1000", "time") == 1250 / 1e9);
  CHECK(value_of(first, "search", "time") == 12.5 / 1e6);
  CHECK(value_of(first, "search", "throughput") == 80e6);
  CHECK(first.find_metric("throughput")->better == Better::higher);
  CHECK(first.find_metric("time")->better == Better::lower);
  REQUIRE(first.statistics.size() == 2);
  CHECK(first.statistics[0].name == Symbol("range"));
  CHECK(first.statistics[0].value == 50 / 1e9);
  CHECK(first.statistics[1].value == doctest::Approx(0.25e-6));
  for (const Run& run : runs) {
    const auto again = read_run(json_of(run), "run.json");
    REQUIRE_MESSAGE(again.has_value(), again.error().message);
    CHECK(*again == run);
  }
}

TEST_CASE("a name that comes again is a benchmark of its own and what has no value is noted") {
  const Run run = example()[0];
  CHECK(value_of(run, "search #2", "time") == 13 / 1e6);
  REQUIRE(run.find(run.suites[0], "crashed"));
  CHECK(run.find(run.suites[0], "crashed")->samples.empty());
  REQUIRE(run.notes.size() == 2);
  CHECK(run.notes[0].text.contains("`search` stands several times"));
  CHECK(run.notes[1].benchmark == "crashed");
}

// AC:import-gab-private
TEST_CASE("nothing of people is kept of data.js") {
  for (const Run& run : example()) {
    const std::string json = json_of(run);
    for (const char* private_text : {"@", "Some One", "someone", "Signed-off", "github.com"})
      CHECK_MESSAGE(!json.contains(private_text), private_text);
  }
}

TEST_CASE("the id of an entry is made of suite and commit and date alone") {
  const std::vector<Run> runs = example(), again = example();
  for (std::size_t i = 0; i < runs.size(); ++i) CHECK(runs[i].id == again[i].id);
  CHECK(runs[0].id.starts_with("gab-0123456789ab-"));
  CHECK(runs[0].id != runs[1].id);
  CHECK(runs[0].id != runs[2].id);
  const auto twice = read_gab(R"({"entries": {"s": [
      {"commit": {"id": "a b"}, "date": 5, "benches": [{"name": "x", "value": 1, "unit": "ns"}]},
      {"commit": {"id": "a b"}, "date": 5, "benches": [{"name": "x", "value": 2, "unit": "ns"}]}
      ]}})",
                              "data.js");
  REQUIRE(twice.has_value());
  CHECK((*twice)[0].id.starts_with("gab-a_b-"));
  CHECK((*twice)[1].id == (*twice)[0].id + "-2");
}

TEST_CASE("a declared direction holds only for units that say nothing and stand alone") {
  CHECK(example()[2].find_metric("points")->better == Better::higher);
  const std::string text =
      "{\"entries\": {\"s\": [{\"commit\": {}, \"date\": 5, \"tool\": \"customSmallerIsBetter\","
      "\"benches\": [{\"name\": \"a\", \"value\": 99, \"unit\": \"Percent\"},"
      "{\"name\": \"b\", \"value\": 1, \"unit\": \"points\"},"
      "{\"name\": \"c\", \"value\": 1, \"unit\": \"max-rss(MB)\"},"
      "{\"name\": \"d\", \"value\": 1, \"unit\": \"max-rss(s)\"},"
      "{\"name\": \"\", \"value\": \"1\", \"unit\": \"\"}]}]}}";
  const auto mixed = read_gab(text, "data.js");
  REQUIRE(mixed.has_value());
  const Run& run = (*mixed)[0];
  CHECK(run.find_metric("percent")->better == Better::unknown);
  CHECK(value_of(run, "a", "percent") == 0.99);
  CHECK(run.find_metric("points")->better == Better::unknown);
  CHECK(value_of(run, "c", "max-rss") == 1e6);
  CHECK(value_of(run, "d", "max-rss [s]") == 1);
  CHECK(run.find(Symbol("s"), "(unnamed)"));
}

// AC:gab-units
TEST_CASE("units as people write them are understood") {
  struct Row {
    const char* unit;
    const char* metric;
    BaseUnit base;
    Better better;
    double of_one;
  };
  using enum BaseUnit;
  using enum Better;
  const Row rows[] = {
      {"ns/iter", "time", second, lower, 1e-9},
      {"ns/op\t         4.000 aux", "time", second, lower, 1e-9},
      {"Microseconds", "time", second, lower, 1e-6},
      {"Nanoseconds", "time", second, lower, 1e-9},
      {"seconds", "time", second, lower, 1},
      {"sec", "time", second, lower, 1},
      {"us/op", "time", second, lower, 1e-6},
      {"ms/ggas", "time/ggas", second, lower, 1e-3},
      {"block_accept_ms/ggas", "block_accept/ggas", second, lower, 1e-3},
      {"wall-clock(s)", "wall-clock", second, lower, 1},
      {"max-rss(MB)", "max-rss", byte, lower, 1e6},
      {"KB", "memory", byte, lower, 1e3},
      {"bytes", "memory", byte, lower, 1},
      {"MiB/s", "throughput", byte_per_second, higher, 1048576},
      {"MB/sec", "throughput", byte_per_second, higher, 1e6},
      {"Mbits/sec", "throughput", byte_per_second, higher, 125000},
      {"iter/sec", "items", per_second, higher, 1},
      {"ops/ms", "items", per_second, higher, 1000},
      {"ops/s", "items", per_second, higher, 1},
      {"mgas/s", "mgas", per_second, higher, 1},
      {"TFLOP/s", "TFLOP", per_second, higher, 1},
      {"instructions", "instructions", one, lower, 1},
      {"cycles/iter", "cycles", one, lower, 1},
      {"allocs/op", "allocs", one, lower, 1},
      {"%", "percent", one, unknown, 0.01},
      {"b", "b", one, unknown, 1},
      {"auxMetricUnits", "auxMetricUnits", one, unknown, 1},
      {"time", "own time", one, unknown, 1},
      {"", "value", one, unknown, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.unit);
    const GabUnit unit = gab_unit(row.unit);
    CHECK(unit.metric.name.text() == row.metric);
    CHECK(unit.metric.unit == row.base);
    CHECK(unit.metric.better == row.better);
    CHECK(unit.numerator / unit.denominator == doctest::Approx(row.of_one));
    CHECK(unit.known == (row.better != unknown));
  }
}

// AC:import-gab-bad
TEST_CASE("what is no data.js is refused with its place") {
  const auto error = [](std::string_view text) {
    const auto runs = read_gab(text, "data.js");
    REQUIRE_FALSE(runs.has_value());
    CHECK(runs.error().code == Code::parse);
    return runs.error().message;
  };
  CHECK(error("window.BENCHMARK_DATA = {\"entries\": {]}").starts_with("data.js"));
  CHECK(error("{\"benchmarks\": []}").contains("data.js"));
  CHECK(error(R"({"entries": {"s": 3}})") == "data.js: /entries/s is no list");
  CHECK(error(R"({"entries": {"s": [{"benches": []}]}})").contains("/entries/s/0: neither `date`"));
  CHECK(error(R"({"entries": {"s": [{"commit": {"timestamp": "x"}, "benches": []}]}})")
            .contains("neither"));
  CHECK(error(R"({"entries": {"s": [{"date": 1}]}})").contains("`benches` is no list"));
  CHECK(is_gab("\xef\xbb\xbf window.BENCHMARK_DATA = {}"));
  CHECK_FALSE(is_gab("{}"));
}

TEST_CASE(
    "the time of the commit stands where an entry has no date and ranges come in many forms") {
  const auto runs = read_gab(
      R"({"entries": {"s": [{"commit": {"timestamp": "2024-01-01T00:00:00Z"}, "benches": [
        {"name": "a", "value": 2, "unit": "s", "range": "stddev: 0.5"},
        {"name": "b", "value": 2, "unit": "s", "range": 0.25},
        {"name": "c", "value": 2, "unit": "s", "range": "+/- 1,000"},
        {"name": "d", "value": 2, "unit": "s", "range": "10%"},
        {"name": "e", "value": 2, "unit": "s", "range": "some"}]}]}})",
      "data.js");
  REQUIRE(runs.has_value());
  const Run& run = (*runs)[0];
  CHECK(to_text(run.started) == "2024-01-01T00:00:00.000Z");
  REQUIRE(run.statistics.size() == 4);
  CHECK(run.statistics[0].name == Symbol("stddev"));
  CHECK(run.statistics[0].value == 0.5);
  CHECK(run.statistics[1].value == 0.25);
  CHECK(run.statistics[2].value == 1000);
  CHECK(run.statistics[3].value == doctest::Approx(0.2));
}

TEST_CASE("every data.js of the corpus is read and names no one") {
  const std::filesystem::path folder = PERFGATE_SOURCE_DIR "/../shared/corpus/gab-data-js";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: " << folder << " is not there");
    return;
  }
  std::size_t files = 0, values = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto runs = read_gab(file(entry.path()), entry.path().filename().string());
    REQUIRE_MESSAGE(runs.has_value(), runs.error().message);
    ++files;
    for (const Run& run : *runs) {
      for (const Benchmark& benchmark : run.benchmarks) values += benchmark.samples.size();
      CHECK_FALSE(json_of(run).contains('@'));
    }
  }
  CHECK(files == 7);
  CHECK(values == 501);
}

}  // namespace
}  // namespace perfgate::harness
