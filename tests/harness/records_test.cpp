#include "harness/records.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "fuzz/harness_fuzz.hpp"
#include "harness/gather.hpp"
#include "model/measurement.hpp"
#include "model/run_json.hpp"

namespace perfgate::harness {
namespace {

Gathered read(const std::string& text, const std::string& name = "perf.jsonl") {
  return gather("records", {{name, text}});
}

/// The message of a text that is refused; the code is CBKB002 and there is a hint.
std::string refused(const std::string& text) {
  const Gathered got = read(text);
  REQUIRE(got.error.has_value());
  CHECK(got.error->code == Code::parse);
  CHECK_FALSE(got.error->hint.empty());
  return got.error->message;
}

constexpr const char* frontends[] = {"pandas", "pyspark", "narwhals"};
constexpr const char* backends[] = {"pandas", "dask",  "pyspark", "polars",
                                    "duckdb", "numpy", "numba"};
constexpr long sizes[] = {1'000'000, 100'000'000, 1'000'000'000};

/// What a cell of the matrix takes: all different.
double seconds(std::size_t frontend, std::size_t backend, std::size_t size) {
  return 0.25 + static_cast<double>(frontend) + 10 * static_cast<double>(backend) +
         100 * static_cast<double>(size);
}

/// Records as the programs of the plan write them; numba fails on the largest data.
std::string matrix(int repetitions) {
  std::string text;
  for (int repetition = 0; repetition < repetitions; ++repetition)
    for (std::size_t f = 0; f < std::size(frontends); ++f)
      for (std::size_t b = 0; b < std::size(backends); ++b)
        for (std::size_t s = 0; s < std::size(sizes); ++s) {
          const bool ok = !(b == 6 && s == 2);
          const std::string compute =
              ok ? fmt::format("{}", seconds(f, b, s) + repetition * 0.125) : "null";
          text += fmt::format(
              R"({{"timestamp": "2026-11-2{}T11:35:00.123456", "frontend": "{}", "backend": "{}", )"
              R"("operation": "groupby", "dataset_rows": {}, "input_rows": {}, )"
              R"("read_seconds": {}, "compute_seconds": {}, "groups": {}, "used_cores": null, )"
              R"("python": "3.12.1", "platform": "Linux-6.1.0-x86_64-with-glibc2.36", )"
              R"("ok": {}, "notes": {}}})"
              "\n",
              repetition % 10, frontends[f], backends[b], sizes[s], ok ? "null" : "1000000000",
              s == 0 ? "null" : "0.5", compute, ok ? "413" : "null", ok,
              ok ? "null" : "\"out of memory\"");
        }
  return text;
}

// AC:records-import
TEST_CASE("records of one identity are the samples of one benchmark with dimensions") {
  const Gathered got = read(matrix(3));
  REQUIRE_FALSE(got.error);
  CHECK(got.run.benchmarks.size() == 3 * 7 * 3);
  const char* const name = "groupby/frontend=pandas,backend=polars,dataset_rows=1000000";
  CHECK(got.values(name, "compute_seconds") == std::vector{30.25, 30.375, 30.5});
  CHECK(got.values(name, "read_seconds").empty());  // null: not measured
  const Metric* const metric = got.run.find_metric("compute_seconds");
  REQUIRE(metric);
  CHECK(*metric ==
        Metric{.name = "compute_seconds", .unit = BaseUnit::second, .better = Better::lower});
  const Dimensions& dimensions = got.at(name).dimensions;
  CHECK(*dimensions.find("timestamp") == Scalar("2026-11-20T11:35:00.123456"));  // the first
  CHECK(*dimensions.find("backend") == Scalar("polars"));
  CHECK(*dimensions.find("dataset_rows") == Scalar(std::int64_t{1'000'000}));
  CHECK(*dimensions.find("groups") == Scalar(std::int64_t{413}));
  CHECK(*dimensions.find("used_cores") == Scalar());
  CHECK(*dimensions.find("ok") == Scalar(true));
  CHECK(dimensions.find("compute_seconds") == nullptr);
}

// AC:records-failed
TEST_CASE("a record that is not ok is an error note with its text and gives no value") {
  const Gathered got = read(matrix(1));
  const char* const name = "groupby/frontend=pandas,backend=numba,dataset_rows=1000000000";
  CHECK(got.at(name).samples.empty());
  CHECK(*got.at(name).dimensions.find("ok") == Scalar(false));
  CHECK(got.notes().size() == 3);
  CHECK(got.notes_contain(fmt::format("error CBKB115 {}: out of memory", name)));
  CHECK(read(R"({"backend":"x","ok":false,"compute_seconds":1})")
            .notes_contain("error CBKB115 backend=x: the record says `ok: false`, and not why"));
  // A value that another record of it gives stands.
  const Gathered both = read(
      "{\"backend\":\"x\",\"ok\":true,\"compute_seconds\":1}\n"
      "{\"backend\":\"x\",\"ok\":false,\"compute_seconds\":9,\"notes\":\"lost\"}\n");
  CHECK(both.values("backend=x", "compute_seconds") == std::vector{1.0});
  CHECK(*both.at("backend=x").dimensions.find("ok") == Scalar(false));
  CHECK(
      read(R"({"backend":"x","compute_seconds":null})")
          .notes_contain("warning CBKB113 backend=x: perf.jsonl:1: the record holds no measured"));
}

// AC:dimension-matrix
TEST_CASE("a matrix over any two dimensions comes from the stored run") {
  Gathered got = read(matrix(2));
  got.run.schema = run_schema_name;
  std::string stored;
  write_run(got.run, [&](std::string_view piece) { stored += piece; }, 0);
  const auto run = read_run(std::string_view(stored), "run.json");
  REQUIRE(run);
  CHECK(run->benchmarks == got.run.benchmarks);
  const auto all = measurements(*run, "run#1#records");

  const std::map<std::string, std::size_t> values{
      {"frontend", 3}, {"backend", 7}, {"dataset_rows", 3}, {"python", 1}, {"platform", 1}};
  for (const auto& [row, rows] : values)
    for (const auto& [column, columns] : values) {
      if (row == column) continue;
      std::map<std::pair<std::string, std::string>, double> cells;  // the smallest value of each
      for (const Measurement& one : all) {
        if (one.metric != "compute_seconds") continue;
        const auto cell =
            std::pair(to_text(*one.dimensions.find(row)), to_text(*one.dimensions.find(column)));
        const double value = one.values.all().front();
        const auto [place, is_new] = cells.emplace(cell, value);
        if (!is_new) place->second = std::min(place->second, value);
      }
      const bool no_numba = (row == "backend" && column == "dataset_rows") ||
                            (row == "dataset_rows" && column == "backend");
      CHECK(cells.size() == rows * columns - (no_numba ? 1 : 0));
      if (row == "frontend" && column == "backend")
        for (std::size_t f = 0; f < 3; ++f)
          for (std::size_t b = 0; b < 7; ++b)
            CHECK(cells.at({frontends[f], backends[b]}) == seconds(f, b, 0));
      if (row == "backend" && column == "dataset_rows")
        CHECK(cells.at({"duckdb", "100000000"}) == seconds(0, 4, 1));
    }
}

TEST_CASE("surroundings stand in the names only where one run has several of them") {
  const auto record = [](std::string_view python, std::string_view backend) {
    return fmt::format(R"({{"backend":"{}","operation":"scan","python":"{}","compute_seconds":1}})"
                       "\n",
                       backend, python);
  };
  const Gathered one = read(record("3.11", "a") + record("3.11", "b"));
  CHECK(one.values("scan/backend=a", "compute_seconds").size() == 1);
  const Gathered two = read(record("3.11", "a") + record("3.12", "a") + record("3.11", "b"));
  CHECK(two.run.benchmarks.size() == 3);
  CHECK(two.values("scan/backend=a,python=3.11", "compute_seconds").size() == 1);
  CHECK(two.values("scan/backend=a,python=3.12", "compute_seconds").size() == 1);
  CHECK(two.values("scan/backend=b,python=3.11", "compute_seconds").size() == 1);
  // Where the names are short, those in the notes are too.
  CHECK(read(R"({"backend":"a","python":"3.11","ok":false,"notes":"lost"})")
            .notes_contain("backend=a: lost"));
}

TEST_CASE("names of base units make measures and everything else is a dimension") {
  const Gathered got = read(
      R"({"operation":"a,b=c%","size":0.5,"big":1e6,"flag":true,"none":null,"peak_bytes":12345,)"
      R"("scan_bytes_per_second":1e9,"rows_per_second":5e5,"wait_seconds":0.25})");
  REQUIRE_FALSE(got.error);
  const char* const name = "a%2Cb%3Dc%25/big=1000000,flag=true,size=0.5";
  CHECK(got.values(name, "peak_bytes") == std::vector{12345.0});
  CHECK(got.run.find_metric("peak_bytes")->unit == BaseUnit::byte);
  CHECK(got.run.find_metric("peak_bytes")->better == Better::lower);
  CHECK(got.run.find_metric("scan_bytes_per_second")->unit == BaseUnit::byte_per_second);
  CHECK(got.run.find_metric("scan_bytes_per_second")->better == Better::higher);
  CHECK(got.run.find_metric("rows_per_second")->unit == BaseUnit::per_second);
  CHECK(got.run.find_metric("rows_per_second")->better == Better::higher);
  CHECK(got.values(name, "wait_seconds") == std::vector{0.25});
  CHECK(*got.at(name).dimensions.find("none") == Scalar());
}

TEST_CASE("what differs between records of one benchmark is told") {
  const Gathered got = read(
      "{\"backend\":\"x\",\"groups\":5,\"input_rows\":null,\"compute_seconds\":1,"
      "\"timestamp\":\"2026-11-20T12:00:00+01:00\",\"notes\":null}\n"
      "{\"backend\":\"x\",\"groups\":6,\"input_rows\":10,\"compute_seconds\":2,"
      "\"timestamp\":\"2026-11-20\",\"notes\":\"warm\"}\n");
  REQUIRE_FALSE(got.error);
  CHECK(got.notes_contain("warning backend=x: perf.jsonl:2: `groups` is 6, and was 5 before"));
  const Dimensions& dimensions = got.at("backend=x").dimensions;
  CHECK(*dimensions.find("input_rows") == Scalar(std::int64_t{10}));
  CHECK(*dimensions.find("timestamp") == Scalar("2026-11-20"));
  CHECK(*dimensions.find("notes") == Scalar("warm"));
  CHECK(refused("{\"size\":1,\"a_seconds\":1}\n{\"size\":\"1\",\"a_seconds\":1}") ==
        "perf.jsonl:2: /size: 1 is a text in one record and none in another");
  CHECK(read(R"({"backends":"x","a_seconds":1})")
            .notes_contain("`backends` is taken as a dimension of your own; was `backend` meant?"));
}

// AC:records-bad-input
TEST_CASE("a record that does not fit is CBKB002 with file and line and pointer") {
  const std::string good = "{\"backend\":\"x\",\"compute_seconds\":1}\n";
  CHECK(refused(good + "{\"backend\":\"x\",}\n")
            .starts_with("perf.jsonl:2: not valid JSON: parse error at column 16"));
  CHECK(refused(good + "{\"backend\":\"x\",\"comp") ==
        "perf.jsonl:2: truncated: the text ends inside a record");
  CHECK(refused(good + "{\"backend\":\"x\",\"backend\":\"y\"}\n") ==
        "perf.jsonl:2: not valid JSON: key `backend` stands twice in the top object");
  CHECK(refused(good + "[1,2]\n") == "perf.jsonl:2: expected an object, found array");
  CHECK(refused("{\"a\":{\"b\":1},\"compute_seconds\":1}") ==
        "perf.jsonl:1: /a: expected null, true, false, a number or a text, found object {\"b\":1}");
  CHECK(refused("{\"a b\":1}") ==
        "perf.jsonl:1: /a b: a member's name is of letters, digits and _, at most 100");
  CHECK(refused(R"({"latency_ms":1.5,"backend":"x"})") ==
        "perf.jsonl:1: /latency_ms: a measure is given in a base unit, and ms is none");
  CHECK(refused(R"({"backend":"x","compute_seconds":-1})") ==
        "perf.jsonl:1: /compute_seconds: expected no number below zero, found number -1");
  CHECK(refused(R"({"compute_seconds":1,"ok":true})") ==
        "perf.jsonl:1: nothing tells what was measured");
  CHECK(refused("{\"backend\":\"" + std::string(1001, 'x') + "\"}") ==
        "perf.jsonl:1: /backend: a text of more than 1000 characters");
  CHECK(refused("") ==
        "perf.jsonl: this is not measurement records (JSON lines): it is empty, the "
        "program printed nothing");
  CHECK(refused("\n \r\n").ends_with("it is empty, the program printed nothing"));
  CHECK(refused(R"({"context": {"library_build_type": "release"}, "benchmarks": []})") ==
        "perf.jsonl: this is not measurement records (JSON lines): it looks like Google "
        "Benchmark's JSON");
  CHECK(refused("{\"backend\":\"x\xff\"}").contains("perf.jsonl:1: not valid JSON"));
  CHECK(refused(std::string("\xff\xfe{\0", 4)) == "perf.jsonl:1: the text is UTF-16");
  CHECK(refused("{\"backend\":\"x\",\"a_seconds\":1}\r{\"backend\":\"y\"}") ==
        "perf.jsonl:1: lines end in CR alone");
  CHECK(refused(good + std::string(1100 * 1024, ' ') + "{}") ==
        "perf.jsonl:2: the line is longer than 1 MiB");
  std::string many = "{\"d0\":0";
  for (int i = 1; i < 101; ++i) many += fmt::format(",\"d{}\":0", i);
  CHECK(refused(many + "}") == "perf.jsonl:1: more than 100 members");
  std::string names;
  for (int i = 0; i < 1001; ++i) names += fmt::format("{{\"d{}\":0}}\n", i);
  CHECK(refused(names) == "perf.jsonl:1001: /d1000: more than 1000 different names");
  // What was read before stays: the caller decides.
  CHECK(read(good + "{").values("backend=x", "compute_seconds") == std::vector{1.0});
}

// AC:dimension-types
TEST_CASE("a dimension of fixed meaning has its type") {
  const std::pair<const char*, const char*> cases[] = {
      {R"("timestamp":5)", "a time such as \"2026-11-20T11:35:00Z\", found number 5"},
      {R"("timestamp":"noon")", "a time such as \"2026-11-20T11:35:00Z\", found string \"noon\""},
      {R"("frontend":null)", "a text, found null null"},
      {R"("backend":1)", "a text, found number 1"},
      {R"("operation":true)", "a text, found boolean true"},
      {R"("dataset_rows":null)", "an integer, found null null"},
      {R"("dataset_rows":1.5)", "an integer, found number 1.5"},
      {R"("input_rows":"5")", "an integer or null, found string \"5\""},
      {R"("groups":true)", "an integer or null, found boolean true"},
      {R"("used_cores":"all")", "an integer or null, found string \"all\""},
      {R"("read_seconds":"1")", "a number or null, found string \"1\""},
      {R"("compute_seconds":false)", "a number or null, found boolean false"},
      {R"("other_seconds":"1")", "a number or null, found string \"1\""},
      {R"("python":3.12)", "a text, found number 3.12"},
      {R"("platform":1)", "a text, found number 1"},
      {R"("ok":1)", "true or false, found number 1"},
      {R"("ok":null)", "true or false, found null null"},
      {R"("notes":[])", "null, true, false, a number or a text, found array []"}};
  for (const auto& [member, message] : cases) {
    const std::string key(member + 1, std::string_view(member + 1).find('"'));
    CHECK(refused(fmt::format("{{{}}}", member)) ==
          fmt::format("perf.jsonl:1: /{}: expected {}", key, message));
  }
}

TEST_CASE("byte order mark and CR LF and blank lines and a missing last end are no matter") {
  const std::string plain =
      "{\"backend\":\"x\",\"compute_seconds\":1}\n{\"backend\":\"x\",\"compute_seconds\":2}\n";
  const std::string odd =
      "\xEF\xBB\xBF{\"backend\":\"x\",\"compute_seconds\":1}\r\n\n \t\r\n{\"backend\":\"x\","
      "\"compute_seconds\":2}";
  CHECK(read(odd).run == read(plain).run);
  CHECK_FALSE(read(odd).error);
}

TEST_CASE("records come in any pieces") {
  const std::string text = matrix(12);  // more than one buffer
  REQUIRE(text.size() > 200 * 1024);
  const Outcome whole = parse(records(), {document_of("a", text)});
  CHECK(whole.error.empty());
  for (const std::size_t piece : {1U, 7U, 4096U})
    CHECK(parse(records(), {in_pieces("a", text, piece)}) == whole);
}

}  // namespace
}  // namespace perfgate::harness
