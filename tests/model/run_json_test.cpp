#include "model/run_json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "paths.hpp"
#include "stats/summary.hpp"
#include "support/factory.hpp"

namespace perfgate {
namespace {

using nlohmann::json;

std::string text_of(const Run& run) {
  std::string text;
  write_run(run, [&](std::string_view piece) { text += piece; });
  return text;
}

// Where nlohmann's header is seen, a text literal or string could be either of read_run's.
Result<Run> read(std::string_view text, std::string_view name) { return read_run(text, name); }

/// A run with something in every field.
Run full_run() {
  Run run = test::make_run(
      {.noise = 0.01, .launches = 3, .repetitions = 2, .headlines = test::headlines()});
  stats::summarize(run);
  run.attempt = 2;
  run.commit.dirty = true;
  run.commit.time = Time{1'763'630'000'000};
  run.fingerprint.kernel = "6.1.0";
  run.fingerprint.governor = "performance";
  run.fingerprint.container = "docker";
  run.headlines[1].value.reset();
  run.launches = {{.suite = "suite",
                   .exit_code = 0,
                   .wall_seconds = 1.25,
                   .user_seconds = 1,
                   .system_seconds = 0.25,
                   .peak_rss_bytes = 1 << 20,
                   .minor_faults = 5,
                   .major_faults = 1,
                   .voluntary_switches = 7,
                   .involuntary_switches = 8,
                   .cycles = 123456789012,
                   .instructions = 234567890123},
                  {.suite = "suite", .signal = 11, .counters_absent = "no permission"}};
  run.statistics = {
      {.suite = "suite",
       .benchmark = "sort",
       .metric = "time",
       .name = "mean",
       .value = 1e-6,
       .low = 0.9e-6,
       .high = 1.1e-6},
      {.suite = "suite", .benchmark = "sort", .metric = "time", .name = "cv", .value = 0.01}};
  run.notes = {{.severity = Severity::warning,
                .code = Code::benchmark_error,
                .suite = "suite",
                .benchmark = "sort",
                .text = "odd \"text\"\n\x01"},
               {.text = "info"}};
  run.benchmarks.push_back({.suite = "suite", .name = "größer/<T>", .samples = {}});
  run.benchmarks.push_back(
      {.suite = "suite", .name = "single", .samples = {{"time", Values({1e-300})}}});
  Dimensions& dimensions = run.benchmarks.back().dimensions;
  dimensions.set("backend", Scalar("polars"));
  dimensions.set("dataset_rows", Scalar(std::int64_t{1'000'000}));
  dimensions.set("used_cores", Scalar());
  dimensions.set("ok", Scalar(true));
  dimensions.set("selectivity", Scalar(0.25));
  return run;
}

// AC:run-round-trip
TEST_CASE("a run is read back as it was written with its launches and summaries") {
  const Run run = full_run();
  const std::string text = text_of(run);
  const auto back = read(text, "run.json");
  if (!back) FAIL(back.error().message);
  CHECK(*back == run);
  CHECK(back->benchmarks[0].samples[0].values.launches().size() == 3);
  CHECK(back->benchmarks[0].samples[0].values.summary() ==
        run.benchmarks[0].samples[0].values.summary());
  CHECK(text_of(*back) == text);
  CHECK(read(text_of(Run{.schema = "perfgate.run/1"}), "run.json"));
}

// AC:receipts-for-ever
TEST_CASE("the run.json of version 1 is read") {
  std::ifstream file(PERFGATE_SOURCE_DIR "/tests/data/receipts/run.v1.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto run = read(text, "run.v1.json");
  if (!run) FAIL(run.error().message);
  CHECK(run->id == "run-1");
  CHECK(run->benchmarks.size() == 5);
  CHECK(run->benchmarks[0].samples[0].values.launches().size() == 3);
  CHECK(run->fingerprint.cpu_model == "Example CPU 3000");
  CHECK(run->launches[0].cycles == 123456789012);
  CHECK(run->statistics[0].low == 0.9e-6);
  CHECK(run->headlines[0].label.text() == "DISPLAY");
  CHECK(text_of(*run) == text);
}

// AC:receipts-for-ever
TEST_CASE("the run.json of version 1 with dimensions is read") {
  std::ifstream file(PERFGATE_SOURCE_DIR "/tests/data/receipts/run.v1.dimensions.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto run = read(text, "run.v1.dimensions.json");
  if (!run) FAIL(run.error().message);
  const Dimensions& dimensions = run->benchmarks[0].dimensions;
  CHECK(dimensions.all().size() == 12);
  CHECK(*dimensions.find("dataset_rows") == Scalar(std::int64_t{1'000'000}));
  CHECK(*dimensions.find("selectivity") == Scalar(0.5));
  CHECK(*dimensions.find("used_cores") == Scalar());
  CHECK(*dimensions.find("ok") == Scalar(true));
  CHECK(*dimensions.find("python") == Scalar("3.12"));
}

struct Misfit {
  const char* pointer;  // what is changed
  json value;           // discarded: taken out
  const char* message;  // after the file's name
};

// AC:run-misfits
TEST_CASE("whatever does not fit is CBKB003 with its JSON pointer") {
  const json good = json::parse(text_of(full_run()));
  const json gone(json::value_t::discarded);
  const Misfit cases[] = {
      {"/id", gone, ": `id` is missing"},
      {"/benchmarks", gone, ": `benchmarks` is missing"},
      {"/id", 5, "/id: expected a text, found number 5"},
      {"/attempt", "x", "/attempt: expected an integer, found string \"x\""},
      {"/attempt", 1.5, "/attempt: expected an integer, found number 1.5"},
      {"/attempt", 1'000'000'000'000,
       "/attempt: expected an integer in range, found number 1000000000000"},
      {"/attempt", 18446744073709551615U,
       "/attempt: expected an integer in range, found number 18446744073709551615"},
      {"/started", "yesterday", "/started: `yesterday` is not a time"},
      {"/commit", json::array(), "/commit: expected an object, found array []"},
      {"/commit/dirty", 0, "/commit/dirty: expected true or false, found number 0"},
      {"/commit/extra", 1, "/commit: unknown key `extra`"},
      {"/benchmarks/4/dimensions", json::array(),
       "/benchmarks/4/dimensions: expected an object, found array []"},
      {"/benchmarks/4/dimensions/used_cores", "all",
       "/benchmarks/4/dimensions/used_cores: expected an integer or null, found string \"all\""},
      {"/benchmarks/4/dimensions/own", json::array(),
       "/benchmarks/4/dimensions/own: expected null, true, false, a number or a text, found array "
       "[]"},
      {"/benchmarks/4/dimensions/a b", 1,
       "/benchmarks/4/dimensions/a b: a dimension's name is of letters, digits and _, at most 100"},
      {"/surprise", 1, ": unknown key `surprise`"},
      {"/suites", "suite", "/suites: expected an array, found string \"suite\""},
      {"/suites/0", 1, "/suites/0: expected a text, found number 1"},
      {"/harnesses", json::array(), "/harnesses: there should be one per suite"},
      {"/metrics/0/unit", "ms",
       "/metrics/0/unit: expected one of s, B, B/s, 1/s, 1, found string \"ms\""},
      {"/metrics/0/better", "more",
       "/metrics/0/better: expected one of lower, higher, unknown, found string \"more\""},
      {"/metrics/1", json::parse(R"({"name":"time","unit":"s","better":"lower","exact":false})"),
       "/metrics/1: `time` is described twice"},
      {"/benchmarks/0/samples/0/values/1", nullptr,
       "/benchmarks/0/samples/0/values/1: expected a number, found null null"},
      {"/benchmarks/0/samples/0/values", json::array(),
       "/benchmarks/0/samples/0/values: a sample holds at least one value"},
      {"/benchmarks/0/samples/0/launches", json::parse("[2,2]"),
       "/benchmarks/0/samples/0/launches: they add up to 4, but there are 6 values"},
      {"/benchmarks/0/samples/0/launches", json::parse("[0,6]"),
       "/benchmarks/0/samples/0/launches: a launch gives at least one value"},
      {"/benchmarks/0/samples/0/launches/0", -1,
       "/benchmarks/0/samples/0/launches/0: expected an integer in range, found number -1"},
      {"/benchmarks/1/samples/0/metric", "speed",
       "/benchmarks/1/samples/0/metric: `speed` is not described in /metrics"},
      {"/benchmarks/1/samples/1", good["benchmarks"][1]["samples"][0],
       "/benchmarks/1/samples/1/metric: `time` stands twice in its benchmark"},
      {"/benchmarks/1/name", "sort", "/benchmarks/1: `sort` stands twice in its suite"},
      {"/headlines/1/name", "display", "/headlines/1: `display` stands twice"},
      {"/headlines/0/unit", "MB", nullptr},
      {"/headlines/0/unit", "furlong", "/headlines/0/unit: `furlong` is not a unit"},
      {"/headlines/0/decimals_written", 2'000'000'000,
       "/headlines/0: 2000000000 decimals, and 0 to 15 can be"},
      {"/headlines/0/decimals_shown", -1, "/headlines/0: -1 decimals, and 0 to 15 can be"},
      {"/headlines/0/label", std::string(201, 'x'), "/headlines/0/label: "},
      {"/notes/0/code", "CBKB999",
       "/notes/0/code: expected a code such as CBKB005, found string \"CBKB999\""},
      {"/launches/0/wall_seconds", "1",
       "/launches/0/wall_seconds: expected a number, found string \"1\""},
  };
  for (const Misfit& c : cases) {
    json document = good;
    const json::json_pointer pointer{std::string(c.pointer)};
    if (c.value.is_discarded())
      document.erase(pointer.back());
    else
      document[pointer] = c.value;
    const auto misread = read(document.dump(), "run.json");
    CAPTURE(std::string(c.pointer));
    if (!c.message) {
      CHECK(misread);
      continue;
    }
    REQUIRE_FALSE(misread);
    CHECK(to_text(misread.error().code) == "CBKB003");
    CHECK(misread.error().message.starts_with((*c.message == '/' ? "run.json: " : "run.json") +
                                              std::string(c.message)));
    CHECK_FALSE(misread.error().hint.empty());
  }
}

TEST_CASE("an unknown key names the nearest known one") {
  json document = json::parse(text_of(full_run()));
  document["commit"]["shaa"] = "x";
  CHECK(read(document.dump(), "run.json").error().hint == "did you mean `sha`?");
  document["commit"].erase("shaa");
  document["commit"]["quite_another_thing"] = 1;
  CHECK(read(document.dump(), "run.json").error().hint ==
        "a newer perfgate may have written it: use that version");
}

// AC:run-newer
TEST_CASE("a newer schema is refused with the version that it needs") {
  json document = json::parse(text_of(full_run()));
  document["schema"] = "perfgate.run/12";
  const auto newer = read(document.dump(), "run.json");
  REQUIRE_FALSE(newer);
  CHECK(newer.error().code == Code::schema);
  CHECK(newer.error().message ==
        "run.json: it was written by a newer perfgate: schema perfgate.run/12, and this version "
        "reads up to 1");
  CHECK(newer.error().hint == "use a perfgate that reads perfgate.run/12");
}

TEST_CASE("a file that is no run says so before anything else") {
  const auto message = [](std::string_view text) {
    const auto run = read(text, "a.json");
    REQUIRE_FALSE(run);
    CHECK(run.error().code == Code::schema);
    return run.error().message;
  };
  CHECK(message("{}") ==
        "a.json: this is no run.json: `schema` should be \"perfgate.run/1\" and is absent");
  CHECK(message("[]").ends_with("absent, as the document is no object"));
  CHECK(message(R"({"schema":1})").ends_with("and is no text"));
  for (const char* schema : {"perfgate.judgement/1", "perfgate.run/", "perfgate.run/0",
                             "perfgate.run/x", "perfgate.run/9999999", "perfgate.run/-1", ""}) {
    CAPTURE(schema);
    CHECK(message(json{{"schema", schema}}.dump()).ends_with("is \"" + std::string(schema) + "\""));
  }
  CHECK(message("").contains("not valid JSON"));
}

TEST_CASE("the schema of run.json lists what is required and allows nothing else") {
  const json schema = json::parse(run_json_schema());
  CHECK(schema["$schema"] == "http://json-schema.org/draft-07/schema#");
  CHECK(schema["properties"]["schema"]["const"] == "perfgate.run/1");
  CHECK(schema["additionalProperties"] == false);
  const auto& required = schema["required"];
  CHECK(std::ranges::find(required, json("benchmarks")) != required.end());
  const json& commit = schema["properties"]["commit"];
  CHECK(commit["required"] == json{"sha", "branch", "dirty"});  // `time` may be absent
  const json& sample =
      schema["properties"]["benchmarks"]["items"]["properties"]["samples"]["items"];
  CHECK(sample["required"] == json{"metric", "values"});
  CHECK(schema["properties"]["duration_seconds"]["description"] == "how long it took [s]");
  CHECK(schema["properties"]["metrics"]["items"]["properties"]["unit"]["enum"] ==
        json{"s", "B", "B/s", "1/s", "1"});
}

}  // namespace
}  // namespace perfgate
