#include <doctest/doctest.h>

#include "model/judgement_json.hpp"
#include "model/qualification_json.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

Qualification receipt(const Desk& desk, const std::string& path = "out/qualification.json") {
  auto read = read_qualification(desk.read(path), path);
  REQUIRE_MESSAGE(read.has_value(), read.error().message);
  return *std::move(read);
}

// AC:qualify-command
TEST_CASE("qualify judges the launches of a stored run and writes a receipt that validates") {
  Desk perfgate;
  perfgate.write_run("run.json", {.noise = 0.004, .launches = 40});
  CHECK(perfgate({"qualify", "--run", "run.json", "--out", "out", "--experiments", "200"}) == 0);
  says(perfgate.out, "qualified: ");
  says(perfgate.out, "suite/sort time");
  says(perfgate.err, "wrote out/qualification.json");
  CHECK(receipt(perfgate).qualified);
  CHECK(receipt(perfgate).looks == std::vector{5, 8, 12, 18, 24, 30});
  CHECK(perfgate({"validate", "qualification", "out/qualification.json"}) == 0);
  CHECK(perfgate({"validate", "qualification", "--print-schema"}) == 0);
  says(perfgate.out, "perfgate.qualification/1");
  CHECK(perfgate({"qualify", "--run", "run.json", "--out", "out", "--experiments", "100",
                  "--format", "json", "--quiet"}) == 0);
  CHECK(read_qualification(perfgate.out, "stdout").has_value());
  CHECK(perfgate({"qualify", "--run", "run.json", "--out", "out", "--experiments", "100",
                  "--format", "md"}) == 0);
  says(perfgate.out, "| --- |");
}

TEST_CASE("qualify refuses thresholds that are too fine and prints rules that would do") {
  Desk perfgate;
  perfgate.write_run("run.json", {.noise = 0.06, .launches = 40});
  CHECK(perfgate({"qualify", "--run", "run.json", "--out", "out", "--experiments", "100"}) == 2);
  says(perfgate.err, "CBKB102");
  says(perfgate.err, "would do");
  says(perfgate.out, "[[rule]]");
  perfgate.write("thresholds.toml", "[performance_floors]\nregression_threshold = 0.03\n" +
                                        receipt(perfgate).suggestion);
  CHECK(perfgate({"validate", "policy", "thresholds.toml"}) == 0);
  CHECK(perfgate({"qualify", "--run", "run.json", "--out", "out", "--experiments", "100"}) != 2);
}

// AC:qualify-measures
TEST_CASE("qualify measures a command alone and a suite of the project") {
  Desk perfgate;
  const int alone = perfgate(
      {"qualify", "--rounds", "20", "--experiments", "100", "--out", "out", "--cmd", "sleep 0.01"});
  CHECK((alone == 0 || alone == 1 || alone == 2));
  CHECK(receipt(perfgate).benchmarks.front().benchmark == "sleep");
  CHECK(receipt(perfgate).launches == 20);
  says(perfgate.err, "repeats what follows without measuring");
  CHECK_FALSE(perfgate.exists(".perfgate"));

  perfgate.write("bench.json", test::google_benchmark_json());
  perfgate.write("perfgate.toml",
                 "[[suite]]\nname = \"one\"\nharness = \"google-benchmark\"\ncommand = [\"cat\", "
                 "\"bench.json\"]\nrepetitions = 7\n");
  CHECK(perfgate({"qualify", "--rounds", "20", "--experiments", "100", "--out", "out"}) == 0);
  const Qualification suite = receipt(perfgate);
  CHECK(suite.benchmarks.front().repetitions == 7);
  CHECK(suite.suites == std::vector<Symbol>{"one"});
}

// AC:qualify-delay
TEST_CASE("a real delay is judged beside the planted ones") {
  Desk perfgate;
  const int exit = perfgate({"qualify", "--rounds", "20", "--experiments", "100", "--max-rounds",
                             "12", "--delay", "100", "--out", "out", "--", "sleep", "0.02"});
  CHECK((exit == 0 || exit == 1 || exit == 2));
  const Qualification result = receipt(perfgate);
  REQUIRE(result.delayed.size() == 1);
  CHECK(result.delayed[0].slowdown == 1);
  CHECK(result.delayed[0].verdict == "fail");
  CHECK(result.delayed[0].measured > 0.3);
  says(perfgate.out, "a real delay of 100 %");
}

TEST_CASE("qualify says what it lacks") {
  Desk perfgate;
  CHECK(perfgate({"qualify"}) == 2);
  says(perfgate.err, "there is no perfgate.toml here");
  CHECK(perfgate({"qualify", "--run", "absent.json"}) == 9);
  CHECK(perfgate({"qualify", "--run", "run.json", "--cmd", "true"}) == 2);
  says(perfgate.err, "--run measures nothing");
  CHECK(perfgate({"qualify", "--cmd", "true", "--", "true"}) == 2);
  says(perfgate.err, "given twice");
  CHECK(perfgate({"qualify", "--delay", "5", "--run", "run.json"}) == 2);
  says(perfgate.err, "--delay needs a command without --harness");
  CHECK(perfgate({"qualify", "--harness", "criterion"}) == 2);
  says(perfgate.err, "--harness says what a command prints");
  CHECK(perfgate({"qualify", "--rounds", "5", "--cmd", "true"}) == 2);
  perfgate.write_run("few.json", {.launches = 8});
  CHECK(perfgate({"qualify", "--run", "few.json"}) == 2);
  says(perfgate.err, "8 launches of each suite");
  Run nothing = test::make_run();
  nothing.benchmarks.clear();
  perfgate.write_receipt("nothing.json", nothing);
  CHECK(perfgate({"qualify", "--run", "nothing.json"}) == 3);
  CHECK(perfgate({"qualify", "--rounds", "20", "--experiments", "100", "--out", "out", "--cmd",
                  "false"}) == 3);
}

// AC:advisory-commands
TEST_CASE("check in advisory mode shows the failure and exits with 0 until it is qualified") {
  Desk perfgate;
  perfgate.write_run("base.json", {.noise = 0.004, .launches = 12});
  perfgate.write_run("slow.json", {.multiplier = 1.2, .noise = 0.004, .seed = 2, .launches = 12});
  const std::vector<std::string> check{"check",     "--run", "slow.json", "--baseline",
                                       "base.json", "--out", "out"};
  CHECK(perfgate(check) == 1);
  perfgate.write("thresholds.toml",
                 "[performance_floors]\nregression_threshold = 0.03\n[gate]\nadvisory = "
                 "\"until-qualified\"\n");
  CHECK(perfgate(check) == 0);
  says(perfgate.out, "FAIL");
  says(perfgate.out, "there is no qualification.json");
  const auto judgement = read_judgement(perfgate.read("out/judgement.json"), "judgement.json");
  REQUIRE(judgement);
  CHECK(judgement->verdict == Verdict::fail);
  CHECK_FALSE(judgement->advisory.empty());

  perfgate.write("qualification.json", "{}");
  CHECK(perfgate(check) == 0);
  says(perfgate.out, "advisory until qualified: qualification.json");

  perfgate.write_run("launches.json", {.noise = 0.004, .launches = 40});
  CHECK(perfgate({"qualify", "--run", "launches.json", "--out", ".", "--experiments", "100"}) == 0);
  perfgate.now = test::make_run().started;
  CHECK(perfgate(check) == 1);
  says(perfgate.read("out/judgement.json"), "qualified by qualification.json");
  perfgate.now = Time{perfgate.now.unix_ms + 100LL * 24 * 3600 * 1000};
  CHECK(perfgate(check) == 0);
  says(perfgate.out, "100 days old");
}

}  // namespace
}  // namespace perfgate::cli
