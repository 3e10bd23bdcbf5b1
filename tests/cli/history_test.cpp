#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "cli/progress.hpp"
#include "model/history.hpp"
#include "paths.hpp"
#include "store/history.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

std::size_t lines(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::unique_ptr<store::Store> opened() { return *store::open("dir:.perfgate"); }

/// Judgements of runs 0 to count - 1 on main, each red.
void add_red_judgements(int count) {
  const auto store = opened();
  const Run base = test::make_run();
  for (int i = 0; i < count; ++i) {
    const Run run = test::make_run({.multiplier = 2, .id = fmt::format("red-{}", i)});
    const auto judgement = test::judged(run, &base, test::shipped_policy());
    REQUIRE(judgement.verdict == Verdict::fail);
    REQUIRE(store::save_judgement(*store, judgement, Time{1'800'000'000'000 + i}).has_value());
  }
}

// AC:history-query
TEST_CASE("a query prints a row per run and benchmark and metric with the run in each") {
  Desk perfgate;
  perfgate.write_run("a.json", {.id = "a"});
  perfgate.write_run("b.json", {.multiplier = 2, .id = "=b"});
  REQUIRE(perfgate({"history", "add", "a.json", "b.json"}) == 0);
  CHECK(perfgate({"history", "query"}) == 0);
  CHECK(lines(perfgate.out) == 7);
  says(perfgate.out, "run  attempt  commit");
  CHECK(perfgate({"history", "query", "benchmark~s* branch=main", "metric=time", "--format",
                  "csv"}) == 0);
  CHECK(lines(perfgate.out) == 5);
  CHECK(perfgate.out.starts_with("run,attempt,time,commit,branch,suite,benchmark,metric,unit,"));
  says(perfgate.out, "\r\n'=b,1,");
  CHECK(perfgate({"history", "query", "run=a", "--format", "json"}) == 0);
  CHECK(lines(perfgate.out) == 5);
  says(perfgate.out, R"({"run":"a","attempt":1,"time":")");
  says(perfgate.out, R"("benchmark":"decode","metric":"time","unit":"s","better":"lower","n":8)");
  CHECK(perfgate({"history", "query", "limit=2"}) == 0);
  CHECK(lines(perfgate.out) == 3);
  says(perfgate.err, "the newest 2 of 6 rows");
  CHECK(perfgate({"history", "query", "run=none", "--format", "json"}) == 0);
  CHECK(perfgate.out == "[]\n");
  says(perfgate.err, "no measurement matches");
  CHECK(perfgate({"history", "query", "brnch=main"}) == 2);
  says(perfgate.err, "did you mean `branch`?");
  CHECK(perfgate({"history", "query", "kind=judgement"}) == 2);
  CHECK(perfgate({"history", "query", "--max-memory", "lots"}) == 2);
  says(perfgate.err, "expected a size");
}

// AC:history-memory
TEST_CASE("what would need more memory than allowed is refused with how to narrow it") {
  Desk perfgate;
  perfgate.write_run("a.json");
  CHECK(perfgate({"history", "import", "a.json", "--max-memory", "10B"}) == 9);
  says(perfgate.err, "CBKB107");
  says(perfgate.err, "--max-memory allows 10B");
  says(perfgate.err, "import fewer at once");
  CHECK_FALSE(perfgate.exists(".perfgate/records"));
  CHECK(perfgate({"history", "import", "a.json", "--max-memory", "1GiB"}) == 0);
}

// AC:history-progress
TEST_CASE("what takes longer than a second says how far it is") {
  std::string said;
  Env env{.err = [&](std::string_view text) { said += text; }};
  std::chrono::steady_clock::time_point clock;
  using namespace std::chrono_literals;
  const auto tell = [&](bool quiet, bool terminal) {
    said.clear();
    env.err_is_terminal = terminal;
    {
      Progress progress(env, quiet, "reading runs", 200, [&] { return clock; });
      clock += 900ms;
      progress.add();
      CHECK(said.empty());
      clock += 200ms;
      progress.add(49);
      clock += 200ms;
      progress.add(50);
      clock += 5s;
      progress.of_bytes()(1024, 4096);
    }
    return said;
  };
  CHECK(tell(true, true).empty());
  CHECK(tell(false, false) ==
        "perfgate: reading runs: 50 of 200 (25 %)\n"
        "perfgate: reading runs: 1 KiB of 4 KiB (25 %)\n");
  CHECK(tell(false, true) ==
        "\rperfgate: reading runs: 50 of 200 (25 %)\x1b[K"
        "\rperfgate: reading runs: 100 of 200 (50 %)\x1b[K"
        "\rperfgate: reading runs: 1 KiB of 4 KiB (25 %)\x1b[K\r\x1b[K");
}

// AC:gate-precision
TEST_CASE("the precision of the gate is what people did not mark as wrong") {
  Desk perfgate;
  CHECK(perfgate({"history", "stats"}) == 0);
  says(perfgate.out, "precision not known");
  add_red_judgements(20);
  CHECK(perfgate({"history", "mark", "red-3", "--wrong", "--why", "noisy runner"}) == 0);
  says(perfgate.out, "the verdict on run red-3 is marked as wrong");
  CHECK(perfgate({"history", "mark", "main@red-4", "--wrong", "--why", "shared"}) == 0);
  CHECK(perfgate({"history", "mark", "red-5", "--wrong", "--why", "shared", "--by", "ann"}) == 0);
  CHECK(perfgate({"history", "mark", "red-5", "--right"}) == 0);
  CHECK(perfgate({"history", "stats"}) == 0);
  says(perfgate.out, "precision 90 % (18 of 20; 95 % interval 70 to 97 %)");
  says(perfgate.out, "20  fail");
  CHECK(perfgate({"history", "stats", "--format", "json"}) == 0);
  says(perfgate.out, "\"red_marked_wrong\": 2");
  says(perfgate.out, "\"precision\": 0.9");
}

TEST_CASE("only a red judgement can be marked") {
  Desk perfgate;
  const Run run = test::make_run({.id = "green"});
  const auto store = opened();
  REQUIRE(store::save_judgement(*store, test::judged(run, &run, test::shipped_policy()), Time{})
              .has_value());
  CHECK(perfgate({"history", "mark", "green", "--wrong", "--why", "x"}) == 2);
  says(perfgate.err, "only a red one can be wrong");
  CHECK(perfgate({"history", "mark", "other", "--wrong", "--why", "x"}) == 2);
  says(perfgate.err, "neither the key of a judgement");
}

// AC:history-incidents
TEST_CASE("incidents are listed with what opened and what closed them") {
  Desk perfgate;
  CHECK(perfgate({"history", "incidents"}) == 0);
  says(perfgate.out, "no incident is on record");
  add_red_judgements(2);
  const auto store = opened();
  store::Repository<Incident> incidents(*store);
  Incident incident{.id = "i-1",
                    .branch = "main",
                    .suite = "suite",
                    .benchmark = "sort",
                    .metric = "time",
                    .why = "slower by 100 %",
                    .opened = Time{1'800'000'000'000},
                    .opened_by = "main@red-0",
                    .run_id = "red-0"};
  REQUIRE(incidents.save(incident, incident.opened).has_value());
  incident.id = "i-2";
  incident.state = IncidentState::resolved;
  incident.closed = Time{1'800'000'100'000};
  incident.closed_by = "main@red-1";
  REQUIRE(incidents.save(incident, incident.opened).has_value());
  CHECK(perfgate({"history", "incidents"}) == 0);
  says(perfgate.out, "i-1  open      main  suite/sort time");
  says(perfgate.out, "opened 2027-01-15T08:00:00.000Z by the judgement main@red-0");
  says(perfgate.out, "closed 2027-01-15T08:01:40.000Z by the judgement main@red-1");
  CHECK(perfgate({"history", "incidents", "--open", "--format", "json"}) == 0);
  says(perfgate.out, "\"i-1\"");
  CHECK_FALSE(perfgate.out.contains("\"i-2\""));
  CHECK(perfgate({"history", "incidents", "--branch", "other", "--open"}) == 0);
  says(perfgate.out, "no incident that is open is on record");
  CHECK(perfgate({"history", "stats"}) == 0);
  says(perfgate.out, "incidents     1 open of 2");
}

// AC:import-archives
TEST_CASE("archives of harnesses give a run per file or folder and importing again adds nothing") {
  Desk perfgate;
  perfgate.write("archive/1.json", test::google_benchmark_json(1.0, 3));
  perfgate.write("archive/2.json", test::google_benchmark_json(1.1, 3));
  perfgate.write("archive/readme.txt", "what these are");
  perfgate.write(
      "dated.json",
      R"({"context": {"date": "2020-01-02 03:04:05", "num_cpus": 2, "git_sha": "abc1234"},
  "benchmarks": [{"name": "x", "run_name": "x", "run_type": "iteration", "repetitions": 0,
  "iterations": 1, "real_time": 5, "cpu_time": 5, "time_unit": "ns"}]})");
  CHECK(perfgate({"history", "import", "archive", "dated.json", "--on-branch", "main"}) == 0);
  says(perfgate.out, "added 3");
  says(perfgate.err, "3 are read as google-benchmark");
  says(perfgate.err, "1 files are of other formats, and left out");
  CHECK(perfgate({"history", "import", "archive", "dated.json", "--on-branch", "main"}) == 0);
  says(perfgate.out, "added 0, 3 were there already");
  CHECK(perfgate({"history", "query", "until=2020", "--format", "csv"}) == 0);
  says(perfgate.out, ",2020-01-02T03:04:05.000Z,abc1234,main,google-benchmark,x,time,");
  CHECK(perfgate({"history", "import", PERFGATE_SOURCE_DIR "/tests/data/criterion/tree", "--time",
                  "2021-05", "--commit", "def", "--suite", "rust"}) == 0);
  says(perfgate.err, "one is read as criterion");
  CHECK(perfgate({"history", "query", "suite=rust", "commit=def", "until=2021", "--format",
                  "csv"}) == 0);
  CHECK(lines(perfgate.out) > 1);
  CHECK(perfgate({"history", "import", "archive", "--dry-run"}) == 0);
  says(perfgate.out, "would import 2 runs and 0 records; nothing was changed");
  perfgate.write("empty/readme.txt", "nothing");
  CHECK(perfgate({"history", "import", "empty"}) == 3);
  says(perfgate.err, "none of its 1 files is of a format that is known");
  CHECK(perfgate({"history", "import", "dated.json", "--time", "noon"}) == 2);
  says(perfgate.err, "--time: `noon` is no time");
}

// AC:export-lossless
TEST_CASE("an export holds every version of every record and imports as an equal store") {
  Desk perfgate;
  perfgate.write_run("a.json", {.id = "a"});
  perfgate.write_run("a2.json", {.multiplier = 2, .id = "a"});
  REQUIRE(perfgate({"history", "add", "a.json"}) == 0);
  REQUIRE(perfgate({"history", "add", "a2.json", "--replace"}) == 0);
  add_red_judgements(2);
  REQUIRE(opened()->append(Kind::judgement, "main@red-1", "null", Time{5}).has_value());
  CHECK(perfgate({"history", "export", "--output", "all.jsonl"}) == 0);
  says(perfgate.err, "exported 5 records to all.jsonl");
  CHECK(perfgate({"history", "import", "all.jsonl", "--store", "dir:copy"}) == 0);
  says(perfgate.out, "added 5");
  CHECK(perfgate({"history", "import", "all.jsonl", "--store", "dir:copy"}) == 0);
  says(perfgate.out, "added 0, 5 were there already");
  CHECK(perfgate({"history", "export", "--store", "dir:copy", "--quiet"}) == 0);
  CHECK(perfgate.out == perfgate.read("all.jsonl"));
  CHECK(perfgate({"history", "export", "kind=judgement", "verdict=fail", "run=red-0"}) == 0);
  CHECK(lines(perfgate.out) == 1);
  CHECK(perfgate({"history", "export", "run=a", "attempt=1", "kind=run", "limit=1"}) == 0);
  CHECK(lines(perfgate.out) == 1);
  CHECK(perfgate({"history", "export", "--format", "csv", "benchmark=sort"}) == 0);
  CHECK(lines(perfgate.out) == 1 + 8);
  CHECK(perfgate({"history", "export", "--format", "csv", "kind=mark"}) == 2);
  CHECK(perfgate({"history", "export", "metric=time"}) == 2);
  says(perfgate.err, "whole records");
}

TEST_CASE("a run that differs from the one there is left out of an import") {
  Desk perfgate;
  perfgate.write_run("runs/a.json", {.id = "a"});
  perfgate.write_run("runs/b.json", {.id = "b"});
  perfgate.write_run("other.json", {.multiplier = 2, .id = "a"});
  REQUIRE(perfgate({"history", "add", "other.json"}) == 0);
  CHECK(perfgate({"history", "import", "runs"}) == 2);
  says(perfgate.out, "added 1");
  says(perfgate.err, "the store holds another run of that id");
  says(perfgate.err, "runs/a.json (run a, attempt 1)");
}

// AC:history-prune
TEST_CASE("what is older than it must be kept goes unless there is a hold") {
  Desk perfgate;
  perfgate.now = Time{1'600'000'000'000};  // 2020-09
  perfgate.write_run("a.json", {.id = "a"});
  REQUIRE(perfgate({"history", "add", "a.json"}) == 0);
  perfgate.now = Time{1'800'000'000'000};  // 2027-01
  perfgate.write_run("b.json", {.id = "b"});
  REQUIRE(perfgate({"history", "add", "b.json"}) == 0);
  CHECK(perfgate({"history", "prune", "--hold", "case 7"}) == 9);
  says(perfgate.err, "case 7");
  perfgate.write("thresholds.toml", "[retention]\nlegal_hold = \"case 8\"\n");
  CHECK(perfgate({"history", "prune"}) == 9);
  says(perfgate.err, "case 8");
  perfgate.write("thresholds.toml", "[retention]\nmonths = 12\n");
  CHECK(perfgate({"history", "prune", "--months", "100"}) == 0);
  says(perfgate.out, "nothing is older than");
  CHECK(perfgate({"history", "prune", "--dry-run"}) == 0);
  says(perfgate.out, "2020-09  records 1 to 1 (1)");
  says(perfgate.out, "would take away");
  CHECK(perfgate({"history", "query", "run=a", "--format", "csv"}) == 0);
  CHECK(lines(perfgate.out) == 4);
  CHECK(perfgate({"history", "prune", "--why", "as agreed"}) == 0);
  says(perfgate.out, "took away");
  CHECK(perfgate({"history", "query", "--format", "csv"}) == 0);
  CHECK(lines(perfgate.out) == 4);
  CHECK(perfgate({"history", "verify"}) == 0);
}

}  // namespace
}  // namespace perfgate::cli
