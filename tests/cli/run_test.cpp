#include <doctest/doctest.h>
#include <fmt/format.h>

#include "model/run_json.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::google_benchmark_json;
using test::says;

Run written(const Desk& desk, const std::string& path = "out/run.json") {
  auto run = read_run(std::string_view(desk.read(path)), path);
  REQUIRE_MESSAGE(run.has_value(), run.error().message);
  return *run;
}

// AC:run-command
TEST_CASE("run measures one command after two dashes and keeps the run") {
  Desk perfgate;
  perfgate.write("bench.json", google_benchmark_json());
  CHECK(perfgate({"run", "--harness", "google-benchmark", "--repetitions", "2", "--out", "out",
                  "--", "cat", "bench.json"}) == 0);
  says(perfgate.err, "3 of 3 benchmarks measured");
  const Run run = written(perfgate);
  CHECK(run.launches.size() == 2);
  CHECK(run.benchmarks[0].find("time")->values.launches().size() == 2);
  CHECK(run.fingerprint.arch.has_value());
  CHECK(perfgate({"baseline", "list"}) == 0);
  says(perfgate.out, "run " + run.id);
  // {out} is a file of perfgate's own.
  CHECK(perfgate({"run", "--harness", "google-benchmark", "--out", "out", "--no-store", "--quiet",
                  "--", "cp", "bench.json", "{out}"}) == 0);
  CHECK(perfgate.err.empty());
}

TEST_CASE("run measures the suites of the project or those that are named") {
  Desk perfgate;
  perfgate.write("bench.json", google_benchmark_json());
  std::string toml;
  for (const char* name : {"one", "two"})
    toml += fmt::format(
        "[[suite]]\nname = \"{}\"\nharness = \"google-benchmark\"\ncommand = [\"cat\", "
        "\"bench.json\"]\nrepetitions = 2\n",
        name);
  perfgate.write("perfgate.toml", toml);
  CHECK(perfgate({"run", "--out", "out", "--no-store"}) == 0);
  CHECK(written(perfgate).suites == std::vector<Symbol>{"one", "two"});
  CHECK(written(perfgate).launches.size() == 4);
  CHECK_FALSE(perfgate.exists(".perfgate"));
  CHECK(perfgate({"run", "--out", "out", "--no-store", "--suite", "tw*", "--repetitions", "1",
                  "--trace"}) == 0);
  CHECK(written(perfgate).suites == std::vector<Symbol>{"two"});
  CHECK(written(perfgate).launches.size() == 1);
  says(perfgate.err, "preflight");
  CHECK(perfgate({"run", "--out", "out", "--suite", "three"}) == 2);
  says(perfgate.err, "no suite of the project has such a name");
}

TEST_CASE("run says what it lacks") {
  Desk perfgate;
  CHECK(perfgate({"run"}) == 2);
  says(perfgate.err, "there is no perfgate.toml here, and no command after --");
  CHECK(perfgate({"run", "--", "true"}) == 2);
  says(perfgate.err, "needs --harness");
  CHECK(perfgate({"run", "--harness", "criterio", "--", "true"}) == 2);
  says(perfgate.err, "did you mean `criterion`?");
  for (const char* timeout : {"soon", "0 s", "-1 s", "3 MiB"}) {
    CHECK(perfgate({"run", "--harness", "criterion", "--timeout", timeout, "--", "true"}) == 2);
    says(perfgate.err, "--timeout");
  }
  perfgate.write("perfgate.toml", "policy = \"thresholds.toml\"\n");
  CHECK(perfgate({"gate"}) == 2);
  says(perfgate.err, "thresholds.toml");
}

TEST_CASE("run ends what takes longer than its time") {
  Desk perfgate;
  CHECK(perfgate({"run", "--harness", "google-benchmark", "--timeout", "100 ms", "--out", "out",
                  "--", "sleep", "60"}) == 3);
  says(perfgate.err, "CBKB001");
  CHECK(perfgate.exists("out/run.json"));
}

// AC:gate
TEST_CASE("gate measures and judges and writes three files") {
  Desk perfgate;
  perfgate.write("bench.json", google_benchmark_json(1.0, 6));
  perfgate.write("perfgate.toml",
                 "[[suite]]\nname = \"s\"\nharness = \"google-benchmark\"\n"
                 "command = [\"cat\", \"bench.json\"]\n"
                 "[[headline]]\nname = \"sort\"\nunit = \"us\"\nbenchmark = \"sort\"\n");
  CHECK(perfgate({"gate"}) == 0);
  CHECK(perfgate.out.starts_with("Performance Report: sort: 1.00 µs [WARN]\n"));
  for (const char* file : {"run.json", "judgement.json", "perf.json"})
    CHECK(perfgate.exists(std::string("perfgate-out/") + file));
  // Imported, it tells no contention that could excuse what follows.
  CHECK(perfgate({"import", "bench.json", "--harness", "google-benchmark", "--suite", "s", "--here",
                  "--out", "base", "--quiet"}) == 0);

  perfgate.write("bench.json", google_benchmark_json(1.2, 6));
  CHECK(perfgate({"gate", "--baseline", "base/run.json", "--out", "out"}) == 1);
  says(perfgate.out, "[FAIL]");
  says(perfgate.read("out/perf.json"), "by more than 3 %");
  perfgate.write("thresholds.toml", "[performance_floors]\nsort_max_ns = 1000.5\n");
  CHECK(perfgate({"gate", "--out", "out", "--format", "md"}) == 1);
  says(perfgate.out, "CBKB005");
  // What fails before measuring measures nothing.
  CHECK(perfgate({"gate", "--baseline", "none.json", "--out", "out-2"}) == 9);
  CHECK_FALSE(perfgate.exists("out-2"));
}

}  // namespace
}  // namespace perfgate::cli
