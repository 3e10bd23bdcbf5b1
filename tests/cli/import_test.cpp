#include <doctest/doctest.h>

#include "model/run_json.hpp"
#include "paths.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::google_benchmark_json;
using test::says;

Run imported(const Desk& desk, const std::string& path = "out/run.json") {
  auto run = read_run(std::string_view(desk.read(path)), path);
  REQUIRE_MESSAGE(run.has_value(), run.error().message);
  return *run;
}

// AC:import
TEST_CASE("import needs no configuration and says that there is no headline") {
  Desk perfgate;
  perfgate.write("bench.json", google_benchmark_json());
  CHECK(perfgate({"import", "bench.json", "--harness", "google-benchmark", "--out", "out"}) == 0);
  says(perfgate.err, "3 of 3 benchmarks measured");
  says(perfgate.err, "no [[headline]] is configured");
  CHECK_FALSE(perfgate.exists("out/perf.json"));
  const Run run = imported(perfgate);
  CHECK(run.benchmarks.size() == 3);
  CHECK(run.suites == std::vector<Symbol>{"google-benchmark"});
  CHECK_FALSE(run.fingerprint.cpu_model.has_value());  // it was measured who knows where
  CHECK(run.commit.sha.empty());
}

TEST_CASE("several files are several process launches") {
  Desk perfgate;
  for (int i = 1; i <= 3; ++i)
    perfgate.write("b" + std::to_string(i) + ".json", google_benchmark_json(1 + 0.01 * i, 2));
  CHECK(perfgate({"import", "b1.json", "b2.json", "b3.json", "--harness", "google-benchmark",
                  "--suite", "mine", "--out", "out"}) == 0);
  const Run run = imported(perfgate);
  for (const Benchmark& benchmark : run.benchmarks) {
    CHECK(benchmark.suite == Symbol("mine"));
    const auto launches = benchmark.find("time")->values.launches();
    CHECK(launches.size() == 3);
    for (const auto launch : launches) CHECK(launch.size() == 2);
  }
}

TEST_CASE("identity is as given and what is here is described only where it was measured here") {
  Desk perfgate;
  perfgate.write("bench.json", google_benchmark_json());
  CHECK(perfgate({"import", "bench.json", "--harness", "google-benchmark", "--out", "out",
                  "--quiet", "--run-id", "mine-1", "--attempt", "2", "--commit", "abc1234",
                  "--on-branch", "main", "--here"}) == 0);
  CHECK(perfgate.err.empty());
  const Run run = imported(perfgate);
  CHECK(run.id == "mine-1");
  CHECK(run.attempt == 2);
  CHECK(run.commit.sha == "abc1234");
  CHECK(run.commit.branch == "main");
  CHECK(run.fingerprint.arch.has_value());
  CHECK(run.started == perfgate.now);
}

TEST_CASE("import writes perf.json where headlines are configured") {
  Desk perfgate;
  perfgate.write("bench.json", google_benchmark_json());
  perfgate.write("perfgate.toml",
                 "[[headline]]\nname = \"sort\"\nunit = \"us\"\nbenchmark = \"sort\"\n");
  const std::vector<std::string> import{"import",           "bench.json", "--harness",
                                        "google-benchmark", "--out",      "out"};
  CHECK(perfgate(import) == 0);
  CHECK(perfgate.read("out/perf.json") ==
        "{\n  \"sort_us\": 1.00,\n  \"warnings\": [],\n  \"errors\": []\n}\n");
  // One whose benchmark is not there is missing from it, and said.
  perfgate.write("perfgate.toml",
                 "[[headline]]\nname = \"sort\"\nunit = \"us\"\nbenchmark = \"sorted\"\n");
  perfgate(import);
  CHECK_FALSE(perfgate.read("out/perf.json").contains("sort_us"));
  says(perfgate.read("out/perf.json"), "CBKB112");
}

// AC:import
TEST_CASE("what cannot be imported is named and writes nothing") {
  Desk perfgate;
  const auto import = [&](const std::string& text) {
    perfgate.write("bench.json", text);
    return perfgate({"import", "bench.json", "--harness", "google-benchmark", "--out", "out"});
  };
  for (const auto& [text, phrase] : std::vector<std::pair<std::string, std::string>>{
           {"", "it is empty"},
           {"decode  time:   [1.0 us 1.1 us 1.2 us]", "Criterion's console output"},
           {"[]", "CBKB002"},
           {"{}", "CBKB002"},
           {"{\"benchmarks\": [], \"machine_info\": {}}", "pytest-benchmark"}}) {
    CHECK(import(text) == 3);
    says(perfgate.err, "bench.json");
    says(perfgate.err, "CBKB002");
    says(perfgate.err, phrase);
    CHECK_FALSE(perfgate.exists("out/run.json"));
  }
}

// AC:nothing-measured
TEST_CASE("nothing measured is never green") {
  Desk perfgate;
  const auto import = [&](const std::string& text) {
    perfgate.write("bench.json", text);
    return perfgate({"import", "bench.json", "--harness", "google-benchmark", "--out", "out"});
  };
  CHECK(import("{\"context\": {}, \"benchmarks\": []}") == 3);
  says(perfgate.err, "CBKB113");
  CHECK(import(R"({"context": {}, "benchmarks": [{"name": "a", "error_occurred": true}]})") == 3);
  CHECK(perfgate({"check", "--run", "out/run.json"}) == 3);
  says(perfgate.out, "[NOT MEASURED]");
}

TEST_CASE("a file that breaks off keeps what was read and is no success") {
  Desk perfgate;
  perfgate.write("good.json", google_benchmark_json());
  perfgate.write("bad.json", google_benchmark_json().substr(0, 300));
  CHECK(perfgate({"import", "good.json", "bad.json", "--harness", "google-benchmark", "--out",
                  "out"}) == 3);
  says(perfgate.err, "bad.json");
  CHECK(imported(perfgate).benchmarks.size() == 3);
  CHECK(perfgate({"check", "--run", "out/run.json"}) == 3);
  says(perfgate.out, "[NOT MEASURED]");
}

TEST_CASE("import names the file that is missing and the folder that holds nothing") {
  Desk perfgate;
  CHECK(perfgate({"import", "none.json", "--harness", "google-benchmark"}) == 9);
  says(perfgate.err, "CBKB103");
  says(perfgate.err, "none.json");
  perfgate.write("folder/readme.txt", "x");
  CHECK(perfgate({"import", "folder", "--harness", "criterion"}) == 3);
  says(perfgate.err, "folder: no file here is of criterion");
  CHECK_FALSE(perfgate.exists("perfgate-out"));
}

// AC:records-import
TEST_CASE("measurement records are imported with their dimensions and their time") {
  Desk perfgate;
  perfgate.environment["SECRET_TOKEN"] = "hunter2hunter2";
  perfgate.write("results/a.jsonl",
                 R"({"timestamp":"2026-11-20T12:00:00Z","operation":"groupby","backend":"polars",)"
                 R"("compute_seconds":1.5,"ok":true,"notes":"by hunter2hunter2"})"
                 "\n");
  perfgate.write("results/b.jsonl",
                 R"({"timestamp":"2026-11-19T12:00:00","operation":"groupby","backend":"dask",)"
                 R"("compute_seconds":null,"ok":false,"notes":"out of memory"})"
                 "\n");
  CHECK(perfgate({"import", "results", "--harness", "records", "--out", "out"}) == 0);
  says(perfgate.err, "CBKB115: groupby/backend=dask: out of memory");
  says(perfgate.err, "1 of 2 benchmarks measured");
  const Run run = imported(perfgate);
  CHECK(run.started == *time_from_text("2026-11-19T12:00:00Z"));
  CHECK(run.id.starts_with("20261119T120000Z-"));
  const Benchmark* const polars = run.find("records", "groupby/backend=polars");
  REQUIRE(polars);
  CHECK(*polars->dimensions.find("backend") == Scalar("polars"));
  CHECK_FALSE(perfgate.read("out/run.json").contains("hunter2"));  // whatever was in the file
  CHECK(perfgate({"import", "results/none.jsonl", "--harness", "records"}) == 9);
  perfgate.write("bad.jsonl", "{\"backend\": 5}\n");
  CHECK(perfgate({"import", "bad.jsonl", "--harness", "records", "--out", "other"}) == 3);
  says(perfgate.err, "bad.jsonl:1: /backend: expected a text, found number 5");
  CHECK_FALSE(perfgate.exists("other/run.json"));
}

TEST_CASE("a Criterion tree is imported") {
  Desk perfgate;
  CHECK(perfgate({"import", PERFGATE_SOURCE_DIR "/tests/data/criterion/tree", "--harness",
                  "criterion", "--out", "out"}) == 0);
  CHECK(imported(perfgate).benchmarks.size() >= 2);
}

}  // namespace
}  // namespace perfgate::cli
