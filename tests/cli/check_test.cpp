#include <doctest/doctest.h>

#include "gate/judge.hpp"
#include "paths.hpp"
#include "store/history.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

constexpr const char* shipped = PERFGATE_SOURCE_DIR "/config/thresholds.toml";
constexpr const char* no_floors =
    "[performance_floors]\nregression_threshold = 0.05\nregression_fail_threshold = 0.10\n";

// AC:check-run
TEST_CASE("check passes what is unchanged and fails what is slower and names it") {
  Desk perfgate;
  perfgate.write("thresholds.toml", no_floors);
  perfgate.write_run("base.json", {.noise = 0.002});
  perfgate.write_run("same.json", {.noise = 0.002, .seed = 2, .id = "run-2"});
  perfgate.write_run("slow.json", {.multiplier = 1.2, .noise = 0.002, .seed = 3, .id = "run-3"});
  perfgate.write_run("fast.json", {.multiplier = 0.9, .noise = 0.002, .seed = 4, .id = "run-4"});
  const auto check = [&](const std::string& run, const std::string& format = "text") {
    return perfgate({"check", "--run", run, "--baseline", "base.json", "--format", format});
  };
  CHECK(check("same.json") == 0);
  says(perfgate.out, "[PASS]");
  says(perfgate.out, "3 of 3 compared");
  CHECK(check("fast.json") == 0);
  says(perfgate.out, "better");
  for (const char* format : {"text", "md", "json"}) {
    CHECK(check("slow.json", format) == 1);
    says(perfgate.out, "decode");
    says(perfgate.out, "slower by more than 10 %");
  }
  says(perfgate.out, "\"exit_code\": 1");
}

// AC:missing-baseline
TEST_CASE("without a baseline floors hold and the state is told as the policy says") {
  Desk perfgate;
  perfgate.write_run("run.json", {.headlines = test::headlines()});
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped}) == 0);
  says(perfgate.out, "Performance Report: DISPLAY: 4.22 GiB/s, COMP-3: 571 MiB/s [WARN]");
  says(perfgate.out, "there is no baseline");
  says(perfgate.out, "54x");  // of the floor of 80 MiB/s
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped, "--fail-on", "warn"}) == 1);
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped, "--set",
                  "gate.on_missing_baseline=pass"}) == 0);
  says(perfgate.out, "[PASS]");
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped, "--set",
                  "gate.on_missing_baseline=fail"}) == 5);

  perfgate.write_run("low.json", {.headlines = {test::headline("display", "DISPLAY", "GiB/s", 0.07),
                                                test::headline("comp3", "COMP-3", "MiB/s", 39.9)}});
  CHECK(perfgate({"check", "--run", "low.json", "--policy", shipped}) == 1);
  says(perfgate.out, "CBKB005");
  says(perfgate.out, "below the floor of 40 MiB/s");
}

// AC:slo-unmeasured
TEST_CASE("a floor of a headline that the run lacks is not measured") {
  Desk perfgate;
  perfgate.write_run("run.json", {.headlines = {test::headline("display", "DISPLAY", "GiB/s", 4)}});
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped}) == 3);
  says(perfgate.out, "[NOT MEASURED]");
  says(perfgate.out, "CBKB112");
  says(perfgate.out, "comp3");
}

// AC:check-out
TEST_CASE("check writes the judgement and perf.json with its findings where it is told to") {
  Desk perfgate;
  perfgate.write_run("run.json",
                     {.headlines = {test::headline("display", "DISPLAY", "GiB/s", 4.22),
                                    test::headline("comp3", "COMP-3", "MiB/s", 39.9, 1)}});
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped}) == 1);
  CHECK(perfgate.err.empty());
  CHECK_FALSE(perfgate.exists("perfgate-out"));
  CHECK_FALSE(perfgate.exists(".perfgate"));
  CHECK(perfgate({"check", "--run", "run.json", "--policy", shipped, "--out", "out"}) == 1);
  says(perfgate.err, "wrote out/judgement.json, out/perf.json");
  says(perfgate.read("out/perf.json"), "\"errors\": [\n    \"CBKB005: COMP-3 is ");
  CHECK(perfgate({"validate", "judgement", "out/judgement.json"}) == 0);
  CHECK(perfgate({"validate", "perf", "out/perf.json"}) == 0);
  // With a store the judgement is kept there, and says since when.
  const std::vector<std::string> later{"check",   "--run",       "run.json", "--policy", shipped,
                                       "--store", "dir:history", "--format", "json"};
  CHECK(perfgate(later) == 1);
  CHECK(perfgate.exists("history"));
}

// AC:inconclusive
TEST_CASE("too few samples are inconclusive and the policy says what that does") {
  Desk perfgate;
  perfgate.write_run("base.json", {.launches = 2});
  perfgate.write_run("run.json", {.multiplier = 1.02, .launches = 2});
  const auto check = [&](const std::string& state) {
    return perfgate({"check", "--run", "run.json", "--baseline", "base.json", "--set",
                     "gate.on_inconclusive=" + state});
  };
  CHECK(check("warn") == 0);
  says(perfgate.out, "[INCONCLUSIVE]");
  CHECK(check("fail") == 4);
  CHECK(check("pass") == 0);
  CHECK(check("sometimes") == 2);
}

/// Past runs of main in the store, the last of them promoted; each on an instance of its own.
void keep_history(Desk& perfgate, int count) {
  const auto store = *store::open("dir:history");
  Run run;
  for (int i = 0; i < count; ++i) {
    const std::string name = "past-" + std::to_string(i);
    run = test::make_run({.noise = 0.01,
                          .seed = 100 + static_cast<std::uint64_t>(i),
                          .id = name,
                          .sha = name,
                          .instance = name});
    run.started.unix_ms -= (count - i) * 7'200'000LL;
    REQUIRE(store::save_run(*store, run));
  }
  const Baseline promotion{.branch = "main",
                           .host_class = gate::host_class(run.fingerprint, Policy().host_class),
                           .run_id = run.id,
                           .at = run.started,
                           .action = "promote"};
  REQUIRE(store::promote(*store, promotion, "", {.at = run.started}));
  perfgate.write_run("here.json", {.multiplier = 1.1,
                                   .noise = 0.01,
                                   .seed = 7,
                                   .id = "here",
                                   .sha = "head",
                                   .instance = "here"});
  perfgate.write_run("there.json", {.multiplier = 1.1,
                                    .noise = 0.01,
                                    .seed = 8,
                                    .id = "there",
                                    .sha = "head",
                                    .instance = "there"});
  perfgate.write_run("third.json", {.multiplier = 1.1,
                                    .noise = 0.01,
                                    .seed = 9,
                                    .id = "third",
                                    .sha = "head",
                                    .instance = "third"});
}

// AC:check-window
TEST_CASE("check holds a run against the past runs of the store and asks for one more") {
  Desk perfgate;
  keep_history(perfgate, 12);
  const std::vector<std::string> check{"check", "--run", "here.json", "--store", "dir:history"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), check.begin(), check.end());
    return perfgate(more);
  };
  CHECK(with({}) == 0);
  says(perfgate.out, "held against 12 past runs");
  says(perfgate.out, "2 more runs of this commit on a fresh instance would settle it");
  CHECK(with({"--confirm", "there.json", "--confirm", "third.json"}) == 1);
  says(perfgate.out, "held against 12 past runs, together with 2 more runs of this commit");
  // Runs of the commit that the store holds confirm too.
  const auto store = *store::open("dir:history");
  for (const char* name : {"there", "third"}) {
    Run run = test::make_run(
        {.multiplier = 1.1, .noise = 0.01, .seed = 8, .id = name, .sha = "head", .instance = name});
    run.started.unix_ms += 7'200'000;
    REQUIRE(store::save_run(*store, run));
  }
  CHECK(with({}) == 1);
  CHECK(with({"--set", "baseline.confirm=4"}) == 0);
  says(perfgate.out, "the policy asks for 4 runs of this commit");
  CHECK(with({"--set", "baseline.window=4"}) == 0);  // nor does 10 % between two machines
  says(perfgate.out, "measured on two machines");
  CHECK(with({"--rolling", "6"}) == 0);  // so few runs say less
  says(perfgate.out, "held against 6 past runs");
}

TEST_CASE("a run that confirms nothing is refused") {
  Desk perfgate;
  keep_history(perfgate, 6);
  const auto refuses = [&](const std::string& file, const std::string& why) {
    CHECK(perfgate({"check", "--run", "here.json", "--store", "dir:history", "--confirm", file}) ==
          2);
    says(perfgate.err, file + ": it confirms nothing: " + why);
  };
  refuses("here.json", "it was measured by the same instance as the run itself");
  perfgate.write_run("other.json", {.id = "other", .sha = "other", .instance = "other"});
  refuses("other.json", "it is a run of another commit");
  perfgate.write_run("host.json",
                     {.id = "other", .sha = "head", .cpu = "Another CPU", .instance = "other"});
  refuses("host.json", "it was measured on another class of host");
  CHECK(perfgate({"check", "--run", "here.json", "--store", "dir:history", "--confirm",
                  "no.json"}) == 9);
}

TEST_CASE("a confirmation of what was measured in one session changes nothing and that is said") {
  Desk perfgate;
  perfgate.write_run("base.json", {.noise = 0.002, .id = "base"});
  perfgate.write_run("run.json", {.multiplier = 1.2, .noise = 0.002, .seed = 2});
  perfgate.write_run("again.json", {.noise = 0.002, .id = "again", .instance = "another"});
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "base.json", "--confirm",
                  "again.json"}) == 1);
  says(perfgate.out, "--confirm changes nothing here: the two were measured one after the other");
}

TEST_CASE("a change that was accepted cuts the window") {
  Desk perfgate;
  keep_history(perfgate, 12);
  // Six of the past runs are of that day.
  perfgate.write("waivers.toml", R"([[waiver]]
id = "slower-sort"
suite = "suite"
benchmark = "sort"
metric = "time"
max_change = 0.2
reason = "a check more"
owner = "ann"
created = 2025-11-20
expires = 2027-12-01
)");
  CHECK(perfgate({"check", "--run", "here.json", "--store", "dir:history"}) == 0);
  says(perfgate.out, "1/6");
  says(perfgate.out, "1/12");
}

// AC:other-host
TEST_CASE("a baseline of another host is not comparable") {
  Desk perfgate;
  perfgate.write_run("base.json", {.cpu = "Another CPU"});
  perfgate.write_run("run.json", {.multiplier = 3});
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "base.json"}) == 0);
  says(perfgate.out, "[NOT COMPARABLE]");
  says(perfgate.out, "Another CPU");
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "base.json", "--set",
                  "gate.on_not_comparable=fail"}) == 5);
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "base.json", "--set",
                  "gate.host_class=arch"}) == 1);
}

// AC:missing-benchmark
TEST_CASE("a benchmark that the baseline or the policy expects is missed") {
  Desk perfgate;
  auto fewer = test::base_scores();
  fewer.pop_back();
  perfgate.write_run("base.json");
  perfgate.write_run("run.json", {.scores = fewer});
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "base.json"}) == 3);
  says(perfgate.out, "CBKB112");
  says(perfgate.out, "suite/decode");
  perfgate.write("thresholds.toml", "[gate]\nexpected = [\"suite/dec*\"]\n");
  CHECK(perfgate({"check", "--run", "run.json"}) == 3);
  perfgate.write("thresholds.toml", "[gate.aliases]\n\"suite/decode\" = \"suite/search\"\n");
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "base.json"}) != 3);
  // What is new is listed, and no trouble.
  CHECK(perfgate({"check", "--run", "base.json", "--baseline", "run.json", "--verbose"}) == 0);
  says(perfgate.out, "new: the baseline does not hold it");
}

// AC:check-perf
TEST_CASE("perf.json alone passes unchanged and doubts a small loss and fails a large one") {
  Desk perfgate;
  perfgate.write("thresholds.toml", no_floors);
  const auto perf = [](const char* display, const char* comp3) {
    return std::string("{\"display_gibs\": ") + display + ", \"comp3_mibs\": " + comp3 +
           ", \"warnings\": [], \"errors\": []}";
  };
  perfgate.write("base.json", perf("4.22", "571.0"));
  const auto check = [&](const std::string& text) {
    perfgate.write("perf.json", text);
    return perfgate({"check", "--perf", "perf.json", "--baseline", "base.json"});
  };
  CHECK(check(perf("4.22", "571.0")) == 0);
  says(perfgate.out, "Performance Report: DISPLAY: 4.22 GiB/s, COMP3: 571.0 MiB/s [PASS]");
  CHECK(check(perf("4.22", "536.7")) == 0);  // -6 %
  says(perfgate.out, "[INCONCLUSIVE]");
  says(perfgate.out, "run.json with its samples, would decide");
  CHECK(check(perf("4.22", "285.5")) == 1);  // -50 %
  says(perfgate.out, "[FAIL]");
  says(perfgate.out, "COMP3");
  CHECK(check(perf("8.44", "571.0")) == 0);
}

// AC:perf-errors
TEST_CASE("a perf.json whose errors are not empty never passes") {
  Desk perfgate;
  perfgate.write("thresholds.toml", no_floors);
  const auto check = [&](const std::string& warnings, const std::string& errors) {
    perfgate.write("perf.json", "{\"display_gibs\": 4.22, \"warnings\": [" + warnings +
                                    "], \"errors\": [" + errors + "]}");
    return perfgate({"check", "--perf", "perf.json", "--set", "gate.on_missing_baseline=pass"});
  };
  CHECK(check("", "") == 0);
  says(perfgate.out, "[PASS]");
  CHECK(check("", "\"something broke\"") == 1);
  says(perfgate.out, "something broke");
  CHECK(check("", "\"CBKB005: below its floor\"") == 1);
  CHECK(check("", "\"CBKB001: not finished after 30 min\"") == 3);
  says(perfgate.out, "[NOT MEASURED]");
  CHECK(check("\"noisy\"", "") == 0);
  says(perfgate.out, "[WARN]");
}

// AC:coarse-decimals
TEST_CASE("decimals that cannot tell a regression or a limit are a configuration error") {
  Desk perfgate;
  perfgate.write("thresholds.toml", no_floors);
  perfgate.write("base.json", R"({"display_gibs": 0.13, "warnings": [], "errors": []})");
  perfgate.write("perf.json", R"({"display_gibs": 0.12, "warnings": [], "errors": []})");
  CHECK(perfgate({"check", "--perf", "perf.json", "--baseline", "base.json"}) == 2);
  says(perfgate.err, "CBKB102");
  says(perfgate.err, "one step of the printed decimals");
  says(perfgate.err, "judge run.json instead");

  // 80 MiB/s is 0.078125 GiB/s: 0.08 is near it, 4.22 is not.
  perfgate.write("thresholds.toml", "[performance_floors]\ndisplay_min_mibs = 80\n");
  perfgate.write("perf.json", R"({"display_gibs": 0.08, "warnings": [], "errors": []})");
  CHECK(perfgate({"check", "--perf", "perf.json"}) == 2);
  says(perfgate.err, "thresholds.toml:2");
  perfgate.write("perf.json", R"({"display_gibs": 4.22, "warnings": [], "errors": []})");
  CHECK(perfgate({"check", "--perf", "perf.json"}) == 0);
  perfgate.write("perf.json", R"({"display_gibs": 0.02, "warnings": [], "errors": []})");
  CHECK(perfgate({"check", "--perf", "perf.json"}) == 1);
}

TEST_CASE("perf.json takes labels and units from the project where there is one") {
  Desk perfgate;
  perfgate.write("perfgate.toml",
                 "[[headline]]\nname = \"comp3\"\nlabel = \"COMP-3\"\nunit = \"MiB/s\"\n"
                 "benchmark = \"c\"\ndecimals = 1\ndecimals_shown = 0\n");
  perfgate.write("perf.json", R"({"comp3_mibs": 571.0, "warnings": [], "errors": []})");
  CHECK(perfgate({"check", "--perf", "perf.json"}) == 0);
  says(perfgate.out, "Performance Report: COMP-3: 571 MiB/s [WARN]");
  perfgate.write("perf.json", R"({"comp3_mbs": 571.0, "warnings": [], "errors": []})");
  CHECK(perfgate({"check", "--perf", "perf.json"}) == 3);
  says(perfgate.err, "CBKB003");
}

TEST_CASE("check refuses what it cannot read") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(perfgate({"check", "--run", "none.json"}) == 9);
  CHECK(perfgate({"check", "--run", "."}) == 9);
  CHECK(perfgate({"check", "--perf", "none.json"}) == 9);
  CHECK(perfgate({"check", "--run", "run.json", "--baseline", "none.json"}) == 9);
  perfgate.write("bad.json", "{\"schema\": \"perfgate.run/1\"}");
  CHECK(perfgate({"check", "--run", "bad.json"}) == 3);
  says(perfgate.err, "CBKB003");
  CHECK(perfgate({"check", "--perf", "run.json"}) == 3);
  CHECK(perfgate.out.empty());
}

}  // namespace
}  // namespace perfgate::cli
