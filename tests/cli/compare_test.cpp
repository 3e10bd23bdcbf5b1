#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

// AC:compare-trends
TEST_CASE("compare shows the five trends and sorts the worst first") {
  Desk perfgate;
  const std::vector<std::pair<std::string, double>> factors{
      {"fastest", 0.8}, {"better", 0.95}, {"same", 1.0}, {"worse", 1.05}, {"slowest", 1.2}};
  std::vector<test::Score> before, after;
  for (const auto& [name, factor] : factors) {
    before.push_back({name, 1000});
    after.push_back({name, 1000 * factor});
  }
  perfgate.write_run("a.json", {.scores = before});
  perfgate.write_run("b.json", {.scores = after});
  CHECK(perfgate({"compare", "a.json", "b.json"}) == 0);
  CHECK(perfgate.out.starts_with("SUCCESS: "));
  std::size_t last = 0;
  for (const auto& [symbol, name] :
       std::vector<std::pair<std::string, std::string>>{{"▲▲▲", "slowest"},
                                                        {"▲", "worse"},
                                                        {"─", "same"},
                                                        {"▼", "better"},
                                                        {"▼▼▼", "fastest"}}) {
    std::size_t at = perfgate.out.find("suite/" + name + " ");
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    last = at;
    const std::size_t line = perfgate.out.rfind('\n', at) + 1;
    CHECK(perfgate.out.substr(line, at - line).starts_with("  " + symbol + " "));
  }
  for (const char* format : {"md", "json"}) {
    CHECK(perfgate({"compare", "a.json", "b.json", "--format", format}) == 0);
    says(perfgate.out, "slowest");
  }
  says(perfgate.out, "\"status\": \"SUCCESS\"");
  says(perfgate.out, "\"regression_count\": 2");
}

// AC:compare-trends
TEST_CASE("a change of exactly 10 % is not more than 10 %") {
  Desk perfgate;
  perfgate.write_run("a.json");
  perfgate.write_run("b.json", {.multiplier = 1.1});
  CHECK(perfgate({"compare", "a.json", "b.json", "--format", "json"}) == 0);
  CHECK_FALSE(perfgate.out.contains("strong_regression"));
  says(perfgate.out, "\"change_percent\":10,");
}

// AC:compare-statuses
TEST_CASE("compare has a status of its own for no runs and for one and for nothing in common") {
  Desk perfgate;
  perfgate.write("empty/note.txt", "x");
  CHECK(perfgate({"compare", "empty"}) == 2);
  says(perfgate.out, "ERROR_NO_SESSIONS");

  perfgate.write_run("a.json");
  CHECK(perfgate({"compare", "a.json"}) == 2);
  says(perfgate.out, "ERROR_INSUFFICIENT_SESSIONS");

  perfgate.write_run("b.json", {.scores = {{"other", 1}}});
  CHECK(perfgate({"compare", "a.json", "b.json"}) == 5);
  says(perfgate.out, "ERROR_NO_COMMON_BENCHMARKS");
  CHECK(perfgate({"compare", "a.json", "b.json", "--format", "json"}) == 5);
  says(perfgate.out, "\"status\": \"ERROR_NO_COMMON_BENCHMARKS\"");
}

TEST_CASE("a folder stands for the runs in it and other files of perfgate are passed over") {
  Desk perfgate;
  Run late = test::make_run({.multiplier = 1.2, .id = "late"}), early = test::make_run();
  late.started = {early.started.unix_ms + 1000};
  perfgate.write_receipt("runs/1/run.json", late);
  perfgate.write_receipt("runs/2/run.json", early);
  perfgate.write("runs/2/perf.json", "{}");
  perfgate.write("runs/2/judgement.json", "{}");
  perfgate.write("runs/2/notes.txt", "x");
  CHECK(perfgate({"compare", "runs"}) == 0);
  says(perfgate.out, "▲▲▲");  // oldest first, whatever the names
  CHECK(perfgate({"compare", "runs/1/run.json", "runs/2/run.json"}) == 0);
  says(perfgate.out, "▼▼▼");
}

TEST_CASE("what was measured on another machine is compared and said") {
  Desk perfgate;
  perfgate.write_run("a.json");
  perfgate.write_run("b.json", {.cpu = "Another CPU"});
  CHECK(perfgate({"compare", "a.json", "b.json"}) == 0);
  says(perfgate.out, "b.json and a.json come from different machines");
  says(perfgate.out, "Another CPU");
}

// AC:compare-verdicts
TEST_CASE("of two runs each row says what the policy makes of it and what would settle it") {
  Desk perfgate;
  perfgate.write_run("a.json", {.noise = 0.03});
  perfgate.write_run("b.json", {.multiplier = 1.01, .noise = 0.03, .seed = 2});
  perfgate.write_run("c.json", {.multiplier = 1.3, .noise = 0.03, .seed = 3});
  CHECK(perfgate({"compare", "a.json", "b.json"}) == 0);
  says(perfgate.out, "interval");
  says(perfgate.out, "UNSURE");
  says(perfgate.out, "would settle it");
  says(perfgate.out, "measured one after the other on one machine");
  for (const char* format : {"text", "md", "json"}) {
    CHECK(perfgate({"compare", "a.json", "c.json", "--format", format}) == 0);
    says(perfgate.out, "slower by more than 3 %");
  }
  says(perfgate.out, "\"verdict\":\"fail\"");
  says(perfgate.out, "\"design\":\"one runner\"");
  // The project's policy, where there is one; not its limits.
  perfgate.write("thresholds.toml",
                 "[performance_floors]\nregression_threshold = 0.5\n"
                 "[[rule]]\nceiling = \"1 ns\"\n");
  CHECK(perfgate({"compare", "a.json", "c.json"}) == 0);
  CHECK_FALSE(perfgate.out.contains("FAIL"));
  // More than two are set side by side only.
  CHECK(perfgate({"compare", "a.json", "b.json", "c.json"}) == 0);
  CHECK_FALSE(perfgate.out.contains("interval"));
  CHECK_FALSE(perfgate.out.contains("measured one after"));
}

TEST_CASE("compare refuses files that are no runs") {
  Desk perfgate;
  perfgate.write_run("a.json");
  perfgate.write("b.json", "{\"context\": {}, \"benchmarks\": []}");
  CHECK(perfgate({"compare", "a.json", "b.json"}) == 3);
  says(perfgate.err, "b.json");
  CHECK(perfgate.out.empty());
  CHECK(perfgate({"compare", "a.json", "no-such-file"}) == 9);
  says(perfgate.err, "CBKB103");
}

}  // namespace
}  // namespace perfgate::cli
