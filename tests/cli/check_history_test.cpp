#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "model/judgement_fields.hpp"
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

constexpr std::size_t slow_from = 30, runs = 36;

/// The time of `sort` is 20 % more from run 30 on, but for the last.
void slow(std::size_t i, RunSpec& spec) {
  if (i >= slow_from && i + 1 < runs) spec.scores[0].nanoseconds *= 1.2;
}

json back_test(Desk& perfgate, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"check", "--history", "--format", "json"});
  REQUIRE(perfgate(arguments) == 0);
  return json::parse(perfgate.out);
}

// AC:check-history
TEST_CASE("a back-test tells what would have fired and when and writes nothing") {
  Desk perfgate;
  test::keep_history(runs, slow);
  const auto before = perfgate.files(".perfgate/records");
  REQUIRE(perfgate({"check", "--history"}) == 0);
  CHECK(says(perfgate.out, "the built-in policy over the history of main: 36 runs of 36 commits"));
  CHECK(says(perfgate.out, "no run of this branch was ever promoted"));
  CHECK(says(perfgate.out, "fired at 5 of 36 commits (13.9 %)"));
  CHECK(says(perfgate.out, "1 run had nothing to be compared with"));
  CHECK(says(perfgate.out, "2026-01-31  abc001e  suite/sort  time    regression"));
  CHECK(says(perfgate.out, "2026-02-05 abc0023"));  // when it was over
  REQUIRE(perfgate({"check", "--history", "--format", "md", "--rolling", "20"}) == 0);
  CHECK(says(perfgate.out, "| DATE | COMMIT | BENCHMARK |"));
  CHECK(perfgate.out.find("no run of this branch was ever promoted") == std::string::npos);

  const json all = back_test(perfgate, {});
  CHECK(all["runs"] == 36);
  CHECK(all["compared"] == 35);
  CHECK(all["runs_fired"] == 5);
  CHECK(all["commits_fired"] == 5);
  CHECK(all["verdicts"]["fail"] == 5);
  REQUIRE(all["fired"].size() == 1);
  const json& fired = all["fired"][0];
  CHECK(fired["benchmark"] == "sort");
  CHECK(fired["commit"] == test::sha_of_history(30));
  CHECK(fired["run"] == "run-30");
  CHECK(fired["runs"] == 5);
  CHECK(fired["change"].get<double>() == doctest::Approx(0.2).epsilon(0.1));
  CHECK(fired["until"]["run"] == "run-35");
  CHECK_FALSE(all.contains("against"));
  CHECK(back_test(perfgate, {"--since", "2026-02-01"})["runs"] == 5);
  CHECK(perfgate.files(".perfgate/records") == before);
}

// AC:check-history-same
TEST_CASE("a back-test says of each run what check said at the time") {
  Desk perfgate;
  std::map<std::string, int> verdicts;
  for (std::size_t i = 0; i < runs; ++i) {
    RunSpec spec = test::spec_of_history(i);
    slow(i, spec);
    const Run run = test::run_of_history(i, spec);
    perfgate.now = run.started;
    perfgate.write_receipt("run.json", run);
    REQUIRE(perfgate({"history", "add", "run.json", "--quiet"}) == 0);
    if (i == 8) {
      CHECK(perfgate({"baseline", "promote", "--run", "run.json", "--tests-passed"}) == 0);
    }
    perfgate({"check", "--run", "run.json", "--store", "dir:.perfgate", "--format", "json"});
    ++verdicts[json::parse(perfgate.out)["verdict"].get<std::string>()];
  }
  CHECK(verdicts["fail"] == 5);
  const json all = back_test(perfgate, {});
  for (const auto& [verdict, count] : verdicts) CHECK(all["verdicts"][verdict] == count);
  CHECK(all["on_record"]["red"] == 5);
  CHECK(all["on_record"]["incidents"] == 1);
  CHECK(all["on_record"]["incidents_fired"] == 1);
  REQUIRE(perfgate({"history", "mark", "run-31", "--wrong", "--why", "a shared runner"}) == 0);
  CHECK(back_test(perfgate, {})["on_record"]["marked_wrong"] == 1);
  REQUIRE(perfgate({"check", "--history"}) == 0);
  CHECK(says(perfgate.out,
             "on record: 5 of the 5 runs that fired were red when they were judged, "
             "1 of them marked wrong: precision 80 %"));
  CHECK(says(perfgate.out, "incidents on record: 1 of 1 fired here too"));
  CHECK(perfgate.out.find("no run of this branch was ever promoted") == std::string::npos);
}

// AC:check-history-flips
TEST_CASE("a back-test lists what another policy changes commit by commit") {
  Desk perfgate;
  test::keep_history(runs, slow);
  perfgate.write("lax.toml",
                 "[performance_floors]\nregression_threshold = 0.3\nregression_fail_threshold = "
                 "0.5\n");
  perfgate.write("strict.toml",
                 "[performance_floors]\nregression_threshold = 0.01\nregression_fail_threshold = "
                 "0.02\n[[rule]]\nbenchmark = \"search\"\nceiling = \"400 ns\"\n");
  json all = back_test(perfgate, {"--policy", "lax.toml"});
  CHECK(all["policy"] == "lax.toml");
  CHECK(all["runs_fired"] == 0);
  CHECK(all["against"]["policy"] == "the built-in policy");
  CHECK(all["against"]["runs_fired"] == 5);
  REQUIRE(all["flips"].size() == 5);
  CHECK(all["flips"][0]["benchmark"] == "sort");
  CHECK(all["flips"][0]["commit"] == test::sha_of_history(30));
  CHECK(all["flips"][0]["before"] == "fail");
  CHECK(all["flips"][0]["after"] != "fail");

  all = back_test(perfgate, {"--policy", "strict.toml", "--against", "lax.toml"});
  CHECK(all["against"]["policy"] == "lax.toml");
  std::size_t ceilings = 0;
  for (const json& flip : all["flips"]) {
    CHECK(flip["after"] == "fail");
    ceilings += flip["rule"] == "ceiling";
  }
  CHECK(ceilings == runs);
  REQUIRE(perfgate({"check", "--history", "--policy", "lax.toml"}) == 0);
  CHECK(says(perfgate.out,
             "from the built-in policy to lax.toml: 0 failures more, 5 failures no "
             "more; before, it fired at 5 of 36 commits (13.9 %)"));
  CHECK(says(perfgate.out, "BEFORE"));
}

TEST_CASE("a back-test takes the waivers and host classes of the time") {
  Desk perfgate;
  test::keep_history(runs, [](std::size_t i, RunSpec& spec) {
    slow(i, spec);
    if (i % 6 == 5) spec.cpu = "Other CPU";
  });
  CHECK(back_test(perfgate, {"--host-class", "*Other CPU*"})["runs"] == 6);
  const json before = back_test(perfgate, {});
  perfgate.write("waivers.toml",
                 "[[waiver]]\nid = \"w\"\nbenchmark = \"sort\"\nmax_change = \"30 %\"\nreason = "
                 "\"known\"\nowner = \"me\"\ncreated = 2026-02-02\nexpires = 2026-12-31\n");
  const json after = back_test(perfgate, {});
  CHECK(after["runs_fired"].get<int>() > 0);
  CHECK(after["runs_fired"].get<int>() < before["runs_fired"].get<int>());
}

TEST_CASE("a back-test that cannot be made says why") {
  Desk perfgate;
  CHECK(perfgate({"check", "--history"}) == 2);
  CHECK(says(perfgate.err, "there is no run of the branch `main`"));
  test::keep_history(6, [](std::size_t, RunSpec&) {});
  CHECK(perfgate({"check", "--history", "--run", "run.json"}) == 2);
  CHECK(perfgate({"check", "--against", "x.toml"}) == 2);
  CHECK(perfgate({"check", "--history", "--against", "x.toml"}) == 2);
  CHECK(says(perfgate.err, "x.toml"));
  CHECK(perfgate({"check", "--history", "--baseline", "run.json"}) == 2);
  CHECK(says(perfgate.err, "--history and --baseline"));
  CHECK(perfgate({"check", "--history", "--format", "html"}) == 2);
  CHECK(perfgate({"check", "--history", "--since", "soon"}) == 2);
  CHECK(perfgate({"check", "--history", "--branch", "gone"}) == 2);
  CHECK(says(perfgate.err, "runs there are: main (6)"));
  CHECK(perfgate({"check", "--history", "--host-class", "none"}) == 2);
  CHECK(says(perfgate.err, "no run of branch `main` is of a host class that matches"));
  CHECK(perfgate({"check", "--history", "--hypothesis", "within"}) == 2);
}

// AC:hypothesis-check
TEST_CASE("check answers a hypothesis against a file") {
  Desk perfgate;
  perfgate.write_run("base.json", {.noise = 0.005});
  perfgate.write_run("slow.json", {.multiplier = 1.3, .noise = 0.005, .seed = 2, .id = "run-2"});
  perfgate.write_run("same.json", {.noise = 0.005, .seed = 3, .id = "run-3"});
  const auto ask = [&](const std::string& run, const std::string& hypothesis,
                       const std::string& format = "text") {
    return perfgate({"check", "--run", run, "--baseline", "base.json", "--hypothesis", hypothesis,
                     "--format", format, "--out", "out"});
  };
  CHECK(ask("same.json", "no-regression") == 0);
  CHECK(says(perfgate.out, "no-regression 10 %: PASSED\nno more than 10 % worse: 3 of 3 shown"));
  CHECK(says(perfgate.out, "STATUS  BENCHMARK"));
  CHECK(says(perfgate.read("out/judgement.json"), "\"PASSED\""));
  CHECK(ask("slow.json", "within = 5 %", "md") == 1);
  CHECK(says(perfgate.out, "**within 5 %: FAILED**"));
  CHECK(says(perfgate.out, "is excluded"));
  CHECK(ask("slow.json", "improvement", "json") == 1);
  CHECK(json::parse(perfgate.out)["hypothesis"]["status"] == "FAILED");
  CHECK(json::parse(perfgate.out)["exit_code"] == 1);
  CHECK(ask("same.json", "within=0.0001") == 0);
  CHECK(says(perfgate.out, "INCONCLUSIVE"));
  CHECK(perfgate({"check", "--run", "same.json", "--baseline", "base.json", "--hypothesis",
                  "within=0.0001", "--set", "gate.on_inconclusive=fail"}) == 4);
  CHECK(perfgate({"check", "--run", "same.json", "--hypothesis", "within"}) == 0);
  CHECK(says(perfgate.out, "within 10 %: INCONCLUSIVE\nnothing was compared"));
  CHECK(says(perfgate.out, "beside it, by the policy:"));
  CHECK(ask("same.json", "faster") == 2);
  CHECK(says(perfgate.err, "hypothesis `faster`: there is none of that name"));

  CHECK(perfgate({"compare", "base.json", "slow.json", "--hypothesis", "no-regression"}) == 1);
  CHECK(says(perfgate.out, "no-regression 10 %: FAILED"));
  CHECK(perfgate({"compare", "slow.json", "base.json", "--hypothesis", "improvement=10%",
                  "--format", "json"}) == 0);
  CHECK(json::parse(perfgate.out)["hypothesis"]["status"] == "PASSED");
  CHECK(perfgate({"compare", "base.json", "--hypothesis", "within"}) == 2);
  CHECK(says(perfgate.err, "it is about two runs, and there are 1"));
  CHECK(perfgate({"compare", "base.json", "slow.json", "--hypothesis", "no"}) == 2);
}

}  // namespace
}  // namespace perfgate::cli
