#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "model/judgement_fields.hpp"
#include "store/history.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"
#include "support/cli.hpp"
#include "support/histories.hpp"

namespace perfgate::cli {
namespace {

using nlohmann::json;
using test::Desk;
using test::RunSpec;
using test::says;

/// `benchmark` takes `factor` times as long from run number `at` on.
void slow_down(RunSpec& spec, std::size_t i, std::size_t at, const std::string& benchmark,
               double factor = 1.2) {
  for (test::Score& score : spec.scores)
    if (i >= at && score.name == benchmark) score.nanoseconds *= factor;
}

json document(Desk& perfgate, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"detect", "--format", "json"});
  REQUIRE(perfgate(arguments) == 0);
  return json::parse(perfgate.out);
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(json::parse(text.substr(at, text.find('\n', at) - at)));
  return lines;
}

// AC:detect-store
TEST_CASE("detect tells the changes of a stored history with the commits to look at") {
  Desk perfgate;
  test::keep_history(60, [](std::size_t i, RunSpec& spec) {
    slow_down(spec, i, 25, "sort");
    slow_down(spec, i, 45, "decode", 0.8);
    if (i == 50) spec.branch = "other";
  });
  REQUIRE(perfgate({"detect"}) == 0);
  CHECK(says(perfgate.out, "2 changes in 3 series of main: 59 commits"));
  CHECK(says(perfgate.out, "abc0018..abc0019   1  2026-01-26"));
  CHECK(says(perfgate.out, "worse"));
  CHECK(says(perfgate.out, "suite/sort"));
  CHECK(perfgate.out.find("suite/decode") < perfgate.out.find("suite/sort"));  // the newest first
  CHECK(perfgate.out.find("HOST CLASS") == std::string::npos);
  REQUIRE(perfgate({"detect", "--store", "dir:.perfgate", "--format", "md"}) == 0);
  CHECK(says(perfgate.out, "| COMMITS | OF | DATE | CHANGE |"));
  CHECK(says(perfgate.out, "|:--|--:|:--|--:|"));

  const json all = document(perfgate, {});
  CHECK(all["branch"] == "main");
  CHECK(all["series"] == 3);
  CHECK(all["points"] == 3 * 59);
  CHECK(all["runner_changes"].empty());
  REQUIRE(all["changes"].size() == 2);
  const json& change = all["changes"][1];
  CHECK(change["suite"] == "suite");
  CHECK(change["benchmark"] == "sort");
  CHECK(change["metric"] == "time");
  CHECK(change["unit"] == "s");
  CHECK(change["index"] == 25);
  CHECK(change["good"] == test::sha_of_history(24));
  CHECK(change["bad"] == test::sha_of_history(25));
  CHECK(change["commit"] == test::sha_of_history(25));
  CHECK(change["commits"] == 1);
  CHECK(change["time"] == "2026-01-26T00:00:00.000Z");
  CHECK(change["direction"] == "worse");
  CHECK(change["change"].get<double>() == doctest::Approx(0.2).epsilon(0.05));
  CHECK(change["provisional"] == false);
  CHECK(all["changes"][0]["direction"] == "better");

  REQUIRE(perfgate({"detect", "--format", "jsonl"}) == 0);
  const std::string text = perfgate.out;
  const auto lines = lines_of(text);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0]["id"] == "suite/decode time");
  CHECK(lines[0]["points"] == 59);
  CHECK(lines[0]["changes"].size() == 1);
  CHECK(lines[1]["changes"].empty());
  CHECK(lines[2]["changes"][0]["good"] == test::sha_of_history(24));
  REQUIRE(perfgate({"detect", "--format", "jsonl", "--threads", "1"}) == 0);
  CHECK(perfgate.out == text);
}

TEST_CASE("several runs of a commit are one point of its history") {
  Desk perfgate;
  test::keep_history(80, [](std::size_t i, RunSpec& spec) {
    spec.sha = test::sha_of_history(i / 2);
    slow_down(spec, i, 40, "sort");
    if (i % 4 == 3) spec.multiplier = 1.01;
  });
  const json all = document(perfgate, {"--benchmark", "sort"});
  CHECK(all["commits"] == 40);
  CHECK(all["points"] == 40);
  REQUIRE(all["changes"].size() == 1);
  CHECK(all["changes"][0]["index"] == 20);
}

// AC:detect-runner-change
TEST_CASE("what most of a suite did at once is told once as a change of the runner") {
  Desk perfgate;
  test::keep_history(40, [](std::size_t i, RunSpec& spec) {
    if (i >= 20) spec.multiplier = 1.3;
    slow_down(spec, i, 30, "sort", 0.7);
  });
  const json all = document(perfgate, {});
  REQUIRE(all["runner_changes"].size() == 1);
  const json& runner = all["runner_changes"][0];
  CHECK(runner["suite"] == "suite");
  CHECK(runner["measured"] == 3);
  CHECK(runner["benchmarks"] == json({"decode", "search", "sort"}));
  CHECK(runner["good"] == test::sha_of_history(19));
  CHECK(runner["bad"] == test::sha_of_history(20));
  CHECK(runner["change"].get<double>() == doctest::Approx(0.3).epsilon(0.05));
  CHECK(runner["direction"] == "worse");
  REQUIRE(all["changes"].size() == 1);
  CHECK(all["changes"][0]["benchmark"] == "sort");
  CHECK(all["changes"][0]["provisional"] == true);  // ten points from the end
  REQUIRE(perfgate({"detect"}) == 0);
  CHECK(says(perfgate.out, "suite: 3 of 3 benchmarks at once (the runner?)"));
  CHECK(says(perfgate.out, "provisional"));
  REQUIRE(perfgate({"detect", "--format", "jsonl"}) == 0);
  CHECK(lines_of(perfgate.out).back()["runner_change"]["measured"] == 3);
}

// AC:detect-accepted
TEST_CASE("accepted changes cut their series and are not told again") {
  Desk perfgate;
  test::keep_history(60, [](std::size_t i, RunSpec& spec) {
    slow_down(spec, i, 20, "sort");
    slow_down(spec, i, 30, "decode");
    slow_down(spec, i, 40, "sort");
  });
  CHECK(document(perfgate, {})["changes"].size() == 3);
  auto store = store::open("dir:.perfgate");
  REQUIRE(store);
  Incident incident{.id = "i-1",
                    .branch = "main",
                    .state = IncidentState::accepted,
                    .suite = Symbol("suite"),
                    .benchmark = "sort",
                    .metric = Symbol("time"),
                    .opened = test::run_of_history(22, {}).started,
                    .commit = test::sha_of_history(22)};  // two commits late
  REQUIRE((*store)->append(Kind::incident, "i-1", store::Stored<Incident>::write(incident), {}));
  json all = document(perfgate, {});
  CHECK(all["accepted"] == 1);
  REQUIRE(all["changes"].size() == 2);
  CHECK(all["changes"][0]["benchmark"] == "sort");
  CHECK(all["changes"][0]["index"] == 40);
  REQUIRE(perfgate({"detect"}) == 0);
  CHECK(says(perfgate.out, "1 accepted, and not told again"));

  const auto waivers = [&](const std::string& change, const std::string& expires) {
    perfgate.write("waivers.toml", "[[waiver]]\nid = \"w\"\nbenchmark = \"dec*\"\nmax_change = \"" +
                                       change +
                                       "\"\nreason = \"better output\"\nowner = \"me\"\ncreated = "
                                       "2026-01-30\nexpires = " +
                                       expires + "\n");
    return document(perfgate, {"--metric", "time", "--suite", "suite"})["accepted"];
  };
  CHECK(waivers("25 %", "2026-12-31") == 2);
  CHECK(waivers("15 %", "2026-12-31") == 1);  // the change is larger
  CHECK(waivers("25 %", "2026-01-30") == 1);  // it came later
}

TEST_CASE("an incident without a known commit cuts at the first point since") {
  Desk perfgate;
  test::keep_history(40, [](std::size_t i, RunSpec& spec) {
    slow_down(spec, i, 20, "sort");
    spec.sha = "";
  });
  auto store = store::open("dir:.perfgate");
  REQUIRE(store);
  const Incident incident{.id = "i-1",
                          .branch = "main",
                          .state = IncidentState::accepted,
                          .suite = Symbol("suite"),
                          .benchmark = "sort",
                          .metric = Symbol("time"),
                          .opened = test::run_of_history(20, {}).started};
  REQUIRE(perfgate({"detect"}) == 0);
  CHECK(says(perfgate.out, "2026-01-20T00:00Z..2026-01-21T00:00Z"));
  REQUIRE((*store)->append(Kind::incident, "i-1", store::Stored<Incident>::write(incident), {}));
  const json all = document(perfgate, {});
  CHECK(all["changes"].empty());
  CHECK(all["accepted"] == 1);
  CHECK(all["commits"] == 40);
}

TEST_CASE("detect looks at each class of host by itself and orders as it is told") {
  Desk perfgate;
  test::keep_history(60, [](std::size_t i, RunSpec& spec) {
    if (i % 2 == 1) spec.cpu = "Other CPU";
    slow_down(spec, i, 30, "sort");
  });
  json all = document(perfgate, {});
  CHECK(all["series"] == 6);
  CHECK(all["changes"].size() == 2);
  CHECK(document(perfgate, {"--host-class", "*Other CPU*"})["series"] == 3);
  REQUIRE(perfgate({"detect"}) == 0);
  CHECK(says(perfgate.out, "on 2 classes of hosts"));
  CHECK(says(perfgate.out, "cpu_model=Other CPU"));

  CHECK(document(perfgate, {"--since", "2026-01-31"})["changes"].size() == 2);
  CHECK(document(perfgate, {"--since", "2026-02-02"})["changes"].empty());
  CHECK(document(perfgate, {"--order", "commit"})["changes"].size() == 2);
  CHECK(document(perfgate, {"--min-change", "0.5"})["changes"].empty());
  test::keep_history(5, [](std::size_t, RunSpec& spec) { spec.suite = "short"; }, "dir:few");
  REQUIRE(perfgate({"detect", "--store", "dir:few"}) == 0);
  CHECK(perfgate.out ==
        "0 changes in 3 series of main: 5 commits; 3 series of fewer than 10 points not looked "
        "at\n");
}

TEST_CASE("a history that was measured backwards is ordered by its commits where that is asked") {
  Desk perfgate;
  auto store = store::open("dir:.perfgate");
  REQUIRE(store);
  for (std::size_t i = 0; i < 40; ++i) {
    RunSpec spec = test::spec_of_history(i);
    slow_down(spec, i, 20, "sort");
    Run run = test::run_of_history(i, spec);
    run.commit.time = Time{run.started.unix_ms - static_cast<std::int64_t>(i) * 200'000'000};
    REQUIRE(store::save_run(**store, run));
  }
  CHECK(document(perfgate, {})["changes"][0]["direction"] == "worse");
  const json change = document(perfgate, {"--order", "commit"})["changes"][0];
  CHECK(change["direction"] == "better");
  CHECK(change["good"] == test::sha_of_history(20));
  CHECK(change["bad"] == test::sha_of_history(19));
}

// AC:detect-store-nothing
TEST_CASE("detect in a store that holds nothing of the kind is an error that says what there is") {
  Desk perfgate;
  CHECK(perfgate({"detect"}) == 2);
  CHECK(says(perfgate.err, "CBKB101: dir:.perfgate: there is no run of the branch `main`"));
  CHECK(says(perfgate.err, "the store holds no run"));
  test::keep_history(
      12, [](std::size_t i, RunSpec& spec) { spec.branch = i < 3 ? "feature" : "next"; });
  CHECK(perfgate({"detect", "--branch", "nxt"}) == 2);
  CHECK(says(perfgate.err, "no run of the branch `nxt`"));
  CHECK(says(perfgate.err, "runs there are: feature (3), next (9); say --branch NAME"));
  CHECK(perfgate({"detect", "--branch", "next", "--benchmark", "none*"}) == 2);
  CHECK(says(perfgate.err, "no measurement of branch `next` matches"));
  CHECK(says(perfgate.err, "globs match whole names"));
  CHECK(perfgate({"detect", "--branch", "next", "--host-class", "mips"}) == 2);
  CHECK(perfgate({"detect", "--branch", "next", "--since", "soon"}) == 2);
  CHECK(says(perfgate.err, "--since: `soon` is no time"));
  perfgate.write("series.jsonl", "{\"id\": \"a\", \"values\": []}\n");
  CHECK(perfgate({"detect", "series.jsonl", "--store", "dir:.perfgate"}) == 2);
  CHECK(says(perfgate.err, "--store and series of another source"));
  CHECK(perfgate({"detect", "--stdin", "--benchmark", "x"}) == 2);
  CHECK(perfgate({"detect", "--format", "html"}) == 2);
  CHECK(perfgate({"detect", "--order", "name"}) == 2);
  test::keep_history(12, [](std::size_t, RunSpec& spec) { spec.branch = ""; }, "dir:nameless");
  CHECK(perfgate({"detect", "--store", "dir:nameless"}) == 0);
  CHECK(says(perfgate.out, "0 changes in 3 series of no branch"));
}

// AC:detect-lines-suite
TEST_CASE("detect tells of lines that name a suite what most of it did at once") {
  Desk perfgate;
  std::string text;
  const auto line = [&](const std::string& id, int from, int change, const std::string& more) {
    std::string values, times;
    for (int i = from; i < 40; ++i) {
      values += (i == from ? "" : ",") + std::string(i < change ? "1" : "2");
      times += (i == from ? "" : ",") + std::to_string(100 + i);
    }
    text += "{\"id\": \"" + id + "\", \"times\": [" + times + "], \"values\": [" + values + "]" +
            more + "}\n";
  };
  line("a", 0, 20, ", \"suite\": \"s\"");
  line("b", 5, 20, ", \"suite\": \"s\"");
  line("c", 3, 20, ", \"suite\": \"s\"");
  line("d", 0, 30, ", \"suite\": \"s\"");
  line("e", 0, 20, "");
  line("f", 0, 20, ", \"suite\": \"alone\"");
  text += "{\"id\": \"g\", \"suite\": \"none\", \"values\": []}\n";
  text += "{\"id\": \"h\", \"suite\": 3, \"values\": []}\n";
  perfgate.write("series.jsonl", text);
  CHECK(perfgate({"detect", "series.jsonl"}) == 3);
  const auto lines = lines_of(perfgate.out);
  REQUIRE(lines.size() == 11);
  CHECK(says(lines[7]["error"].get<std::string>(), "`suite` is no text"));
  CHECK(lines[8]["suite"] == "alone");
  CHECK(lines[8]["runner_changes"].empty());
  CHECK(lines[9]["suite"] == "none");
  CHECK(lines[10]["suite"] == "s");
  REQUIRE(lines[10]["runner_changes"].size() == 1);
  const json& runner = lines[10]["runner_changes"][0];
  CHECK(runner["after"] == 119);
  CHECK(runner["by"] == 120);
  CHECK(runner["measured"] == 4);
  CHECK(runner["change"] == 1);
  CHECK(runner["ids"] == json({"a", "b", "c"}));
}

}  // namespace
}  // namespace perfgate::cli
