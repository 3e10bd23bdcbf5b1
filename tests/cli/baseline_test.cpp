#include <doctest/doctest.h>

#include <filesystem>

#include "store/history.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

const std::vector<std::string> promoting{"baseline", "promote", "--run", "run.json"};

int promote(Desk& perfgate, std::vector<std::string> more) {
  more.insert(more.begin(), promoting.begin(), promoting.end());
  return perfgate(more);
}

/// Everything that the store holds, as one text.
std::string history(const Desk& perfgate) {
  std::string all;
  for (const auto& [path, text] : perfgate.files(".perfgate/records")) all += text;
  return all;
}

/// Refused by this criterion alone: the baseline is as it was, and the attempt is written down.
void refuses(Desk& perfgate, const std::string& criterion, std::vector<std::string> more) {
  const auto before = perfgate.files(".perfgate/records");
  CHECK(perfgate({"baseline", "show"}) == 0);
  const std::string shown = perfgate.out;
  for (const bool dry : {true, false}) {
    auto arguments = more;
    if (dry) arguments.push_back("--dry-run");
    CHECK(promote(perfgate, arguments) == 7);
    says(perfgate.err, "CBKB006");
    says(perfgate.err, "nothing was changed");
    says(perfgate.err, "\n  " + criterion + ": ");
    says(perfgate.out, "UNMET  " + criterion);
    std::size_t unmet = 0;
    for (std::size_t at = 0; (at = perfgate.out.find("UNMET", at)) != std::string::npos; ++at)
      ++unmet;
    CHECK_MESSAGE(unmet == 1, perfgate.out);
    if (dry) CHECK(perfgate.files(".perfgate/records") == before);
  }
  says(history(perfgate), R"("allowed":false,"why":"criteria are not met:)");
  CHECK(perfgate({"baseline", "show"}) == 0);
  CHECK(perfgate.out == shown);
}

// AC:promotion
TEST_CASE("a run that meets every criterion becomes the baseline and each criterion is named") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "there is no baseline yet");
  CHECK(promote(perfgate, {"--tests-passed", "--dry-run"}) == 0);
  says(perfgate.out, "would make run run-1 the baseline of `main`");
  CHECK_FALSE(perfgate.exists(".perfgate"));

  CHECK(promote(perfgate, {"--tests-passed", "--by", "ann", "--why", "first"}) == 0);
  for (const char* name :
       {"branch", "merged", "forward", "SLOs met", "no regression", "tests passed",
        "complete inventory", "same host class", "enough samples"})
    says(perfgate.out, std::string("met    ") + name);
  says(perfgate.out, "run run-1 is now the baseline of `main`");
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "run run-1  by ann  (first)");
  says(perfgate.out, "2027-01-15T08:00:00.000Z");
  CHECK(perfgate({"baseline", "show", "--branch", "other"}) == 0);
  says(perfgate.out, "there is no baseline yet");
  CHECK(perfgate({"baseline", "list"}) == 0);
  says(perfgate.out, "promotions and rollbacks: 1\n");
  says(perfgate.out, "runs: 1\n");

  // Again: nothing to do.
  const auto before = perfgate.files(".perfgate/records");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  says(perfgate.out, "is the baseline of `main` already");
  CHECK(perfgate.files(".perfgate/records") == before);

  // From now on it is what runs are compared with.
  perfgate.write_run("slow.json", {.multiplier = 1.2, .id = "run-2"});
  CHECK(perfgate({"check", "--run", "slow.json"}) == 1);
  says(perfgate.out, "run-1");
}

TEST_CASE("a run of the store is promoted by its id") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  perfgate.write_run("run.json", {.noise = 0.001, .id = "run-2"});
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  says(perfgate.out, "(before: run run-1)");
  CHECK(perfgate({"baseline", "promote", "--run", "run-1", "--tests-passed"}) == 0);
  CHECK(perfgate({"baseline", "promote", "--run", "run-", "--tests-passed"}) == 2);
  says(perfgate.err, "several runs begin so");
  CHECK(perfgate({"baseline", "promote", "--run", "nonsense", "--tests-passed"}) == 2);
  says(perfgate.err, "neither a file that can be read nor a run of");
}

// AC:promotion-branch
TEST_CASE("promotion is refused on another branch than the policy allows") {
  Desk perfgate;
  perfgate.write_run("run.json", {.branch = "feature"});
  refuses(perfgate, "branch", {"--tests-passed"});
  perfgate.write_run("run.json", {.branch = ""});
  refuses(perfgate, "branch", {"--tests-passed"});
  CHECK(promote(perfgate, {"--tests-passed", "--branch", "main"}) == 0);
}

// AC:promotion-merged
TEST_CASE("promotion is refused of a commit that is not merged there") {
  Desk perfgate;
  Run dirty = test::make_run();
  dirty.commit.dirty = true;
  perfgate.write_receipt("run.json", dirty);
  refuses(perfgate, "merged", {"--tests-passed"});

  const std::string sha = perfgate.repository();
  // Unknown here; none at all; the name of something that is merged; an option of git's.
  for (const char* other :
       {"0123456789abcdef0123456789abcdef01234567", "", "main", "HEAD", "--all"}) {
    perfgate.write_run("run.json", {.sha = other});
    refuses(perfgate, "merged", {"--tests-passed"});
  }
  perfgate.write_run("run.json", {.sha = sha});
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  says(perfgate.out, "commit " + sha.substr(0, 12) + " is on `main`");
}

// AC:promotion-slos
TEST_CASE("promotion is refused below a floor") {
  Desk perfgate;
  perfgate.write_run("run.json",
                     {.headlines = {test::headline("display", "DISPLAY", "MiB/s", 79)}});
  perfgate.write("thresholds.toml", "[performance_floors]\ndisplay_min_mibs = 80\n");
  refuses(perfgate, "SLOs met", {"--tests-passed"});
}

// AC:promotion-regression
TEST_CASE("promotion is refused of a run that is slower than the baseline in force") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  perfgate.write_run("run.json", {.multiplier = 1.2, .id = "run-2"});
  refuses(perfgate, "no regression", {"--tests-passed"});
  perfgate.write_run("run.json", {.multiplier = 0.9, .id = "run-3"});
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
}

// AC:promotion-tests
TEST_CASE("promotion is refused where nobody says that the tests passed") {
  Desk perfgate;
  perfgate.write_run("run.json");
  refuses(perfgate, "tests passed", {});
  for (const char* text : {"failed", "", "1", "passing", "not passed"}) {
    perfgate.write("tests.txt", text);
    refuses(perfgate, "tests passed", {"--tests", "tests.txt"});
  }
  CHECK(promote(perfgate, {"--tests", "none.txt"}) == 9);
  for (const char* text : {"passed", "ok\n", " true 431 tests", "0"}) {
    perfgate.write("tests.txt", text);
    CHECK(promote(perfgate, {"--tests", "tests.txt", "--dry-run"}) == 0);
  }
}

// AC:promotion-inventory
TEST_CASE("promotion is refused of a run that misses a benchmark") {
  Desk perfgate;
  Run run = test::make_run();
  run.notes.push_back({.severity = Severity::error,
                       .code = Code::benchmark_error,
                       .suite = "suite",
                       .benchmark = "sort",
                       .text = "wrong result"});
  perfgate.write_receipt("run.json", run);
  refuses(perfgate, "complete inventory", {"--tests-passed"});
  perfgate.write_run("run.json");
  perfgate.write("thresholds.toml", "[gate]\nexpected = [\"*\", \"suite/other\"]\n");
  refuses(perfgate, "complete inventory", {"--tests-passed"});
}

// AC:promotion-host
TEST_CASE("promotion for another host class takes a word of its own") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  perfgate.write_run("run.json", {.id = "run-2", .cpu = "Another CPU"});
  refuses(perfgate, "same host class", {"--tests-passed"});
  CHECK(promote(perfgate, {"--tests-passed", "--new-host-class"}) == 0);
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "run-1");
  says(perfgate.out, "run-2");
}

// AC:promotion-samples
TEST_CASE("promotion is refused of one lucky sample") {
  Desk perfgate;
  perfgate.write_run("run.json", {.launches = 1});
  refuses(perfgate, "enough samples", {"--tests-passed"});
  perfgate.write_run("run.json", {.launches = 4});
  refuses(perfgate, "enough samples", {"--tests-passed"});
  perfgate.write_run("run.json", {.launches = 5});
  perfgate.write("thresholds.toml", "[promotion]\nmin_runs = 2\n");
  refuses(perfgate, "enough samples", {"--tests-passed"});
}

// AC:automation-switches
TEST_CASE("promotion that is switched off says so and does nothing") {
  Desk perfgate;
  perfgate.write_run("run.json");
  perfgate.write("thresholds.toml", "[automation]\nbaseline_promotion_enabled = false\n");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  says(perfgate.out, "baseline promotion is switched off");
  CHECK_FALSE(perfgate.exists(".perfgate"));
}

// AC:rollback
TEST_CASE("rollback makes the baseline before this one the baseline again") {
  Desk perfgate;
  for (const char* id : {"run-1", "run-2", "run-3"}) {
    perfgate.write_run("run.json", {.id = id});
    CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  }
  const std::vector<std::string> rollback{"baseline", "rollback", "--branch", "main"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), rollback.begin(), rollback.end());
    return perfgate(more);
  };
  const auto before = perfgate.files(".perfgate/records");
  CHECK(with({"--dry-run"}) == 0);
  says(perfgate.out, "would go back from run run-3 to run run-2; nothing was changed");
  CHECK(perfgate.files(".perfgate/records") == before);
  CHECK(with({"--to", "run-9"}) == 7);
  says(perfgate.err, "run run-9 has never been a baseline of `main`");
  CHECK(perfgate.files(".perfgate/records") == before);

  CHECK(with({"--why", "run-3 was measured wrongly", "--by", "ann"}) == 0);
  says(perfgate.out, "the baseline of `main` is run run-2 again (before: run run-3)");
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "rollback  main  run run-2  by ann  (run-3 was measured wrongly)");
  // Once more goes one further back, not forth again.
  CHECK(with({}) == 0);
  says(perfgate.out, "is run run-1 again");
  CHECK(with({}) == 7);
  says(perfgate.err, "no baseline before");
  CHECK(with({"--to", "run-3"}) == 0);
  CHECK(perfgate({"baseline", "list"}) == 0);
  says(perfgate.out, "promotions and rollbacks: 6\n");
}

// AC:rollback
TEST_CASE("rollback without a baseline to go back to is refused") {
  Desk perfgate;
  CHECK(perfgate({"baseline", "rollback", "--branch", "main"}) == 7);
  says(perfgate.err, "`main` has no baseline");
  CHECK_FALSE(perfgate.exists(".perfgate"));
  perfgate.write_run("run.json");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  const auto before = perfgate.files(".perfgate/records");
  CHECK(perfgate({"baseline", "rollback", "--branch", "main"}) == 7);
  says(perfgate.err, "CBKB006");
  CHECK(perfgate({"baseline", "rollback", "--branch", "main", "--to", "run-1"}) == 0);
  says(perfgate.out, "is the baseline of `main` already");
  CHECK(perfgate.files(".perfgate/records") == before);
}

// AC:promotion-forward
TEST_CASE("promotion goes forward only and rollback alone goes back") {
  Desk perfgate;
  const std::string first = perfgate.repository();
  const std::string second = perfgate.repository();  // one more commit on main
  REQUIRE(first != second);
  perfgate.write_run("run.json", {.id = "run-2", .sha = second});
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  perfgate.write_run("run.json", {.id = "run-1", .sha = first});
  refuses(perfgate, "forward", {"--tests-passed"});

  // An anchor looks back as far as it likes, beside the current baseline.
  CHECK(promote(perfgate, {"--tests-passed", "--anchor", "v1.4"}) == 0);
  says(perfgate.out, "run run-1 is now the anchor v1.4 of `main`");
  CHECK(promote(perfgate, {"--tests-passed", "--anchor", "v1.4"}) == 0);
  says(perfgate.out, "run run-1 is the anchor v1.4 of `main` already");
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "main  anchor v1.4  run run-1");
  says(perfgate.out, "main  run run-2");
  CHECK(promote(perfgate, {"--tests-passed", "--anchor", "v@1"}) == 2);
  says(perfgate.err, "--anchor v@1: this is no name");
  perfgate.write_run("run.json", {.id = "run-3", .sha = second});
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  CHECK(perfgate({"baseline", "rollback", "--branch", "main"}) == 0);
  says(perfgate.out, "is run run-2 again");
}

// AC:promotion-overtaken
TEST_CASE("of two promotions at once a later commit wins and an earlier one is told") {
  Desk perfgate;
  const std::string first = perfgate.repository();
  const std::string second = perfgate.repository();
  perfgate.write_run("old.json", {.id = "run-1", .sha = first});
  perfgate.write_run("new.json", {.id = "run-2", .sha = second});
  perfgate.write_run("newer.json", {.id = "run-3", .sha = second});
  perfgate.write_run("other.json", {.id = "run-4", .sha = second});
  const auto racing = [&](const std::string& ours, const std::string& theirs) {
    std::string out, err;
    bool raced = false;
    Desk* desk = &perfgate;
    const Env env{
        .out =
            [&](std::string_view text) {
              out += text;
              // When our criteria are told, the other one is quicker.
              if (raced || !text.contains("enough samples")) return;
              raced = true;
              CHECK((*desk)({"baseline", "promote", "--run", theirs, "--tests-passed"}) == 0);
            },
        .err = [&](std::string_view text) { err += text; },
        .environment = perfgate.environment,
        .now = [&] { return perfgate.now; }};
    Env mine = env;
    const int exit = cli::main({"baseline", "promote", "--run", ours, "--tests-passed"}, mine);
    CHECK(raced);
    return std::pair(exit, out + err);
  };
  const auto [late, told] = racing("old.json", "new.json");
  CHECK(late == 0);
  says(told, "a run of a later commit became the baseline of `main` meanwhile");
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "run run-2");
  // Of the same commit neither is late: the loser is told.
  const auto [lost, why] = racing("newer.json", "other.json");
  CHECK(lost == 7);
  says(why, "another promotion came in between: the baseline of main is now run run-4");
}

// AC:drift-caught
TEST_CASE("five promotions each below the threshold are caught by the anchor") {
  Desk perfgate;
  perfgate.write("thresholds.toml", "[performance_floors]\nregression_threshold = 0.05\n");
  perfgate.write_run("run.json", {.id = "run-0"});
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  CHECK(promote(perfgate, {"--tests-passed", "--anchor", "v1.4"}) == 0);
  double multiplier = 1;
  int caught = 0;
  for (int step = 1; step <= 5 && caught == 0; ++step) {
    multiplier *= 1.025;
    perfgate.write_run("run.json", {.multiplier = multiplier, .id = "run-" + std::to_string(step)});
    const int exit = perfgate({"check", "--run", "run.json"});
    says(perfgate.out, "since v1.4: +");
    if (exit == 0)
      CHECK(promote(perfgate, {"--tests-passed"}) == 0);
    else
      caught = step;
  }
  CHECK(caught == 4);  // 1.025^4 is 10.4 %
  says(perfgate.out, "since v1.4: +10.38 % of 10 % (suite/");
  says(perfgate.out, "time since v1.4");
  refuses(perfgate, "no regression", {"--tests-passed"});
}

// AC:rolling-baseline
TEST_CASE("a rolling baseline is the last runs that did not fail and says which") {
  Desk perfgate;
  perfgate.write_run("head.json", {.id = "head"});
  const auto check = [&](const std::string& file, std::vector<std::string> more) {
    more.insert(more.begin(), {"check", "--run", file});
    return perfgate(more);
  };
  CHECK(check("head.json", {"--rolling", "3"}) == 0);
  says(perfgate.out, "no run of this branch and host class that did not fail, to roll a baseline");
  // Measured and kept: two good ones and, between them, one that failed.
  const auto store = store::open("dir:.perfgate");
  REQUIRE(store);
  int minute = 0;
  for (const auto& [id, multiplier] :
       {std::pair{"a", 1.0}, std::pair{"b", 1.5}, std::pair{"c", 1.0}, std::pair{"d", 1.0}}) {
    Run run = test::make_run({.multiplier = multiplier, .id = id});
    run.started.unix_ms += 60'000LL * ++minute;
    REQUIRE(store::save_run(**store, run));
    perfgate.write_receipt(std::string(id) + ".json", run);
  }
  CHECK(check("b.json", {"--rolling", "3", "--store", "dir:.perfgate"}) == 1);
  perfgate.write("thresholds.toml", "[baseline]\nrolling = 3\n");
  CHECK(check("d.json", {}) == 0);
  says(perfgate.out, "the baseline is rolling: the last 2 of 3 runs that did not fail (c, a)");
  says(perfgate.out, "compared with run c");
  says(perfgate.out, "2 runs pooled, still seeding");
  CHECK(check("d.json", {"--rolling", "2"}) == 0);
  says(perfgate.out, "2 runs pooled");
  CHECK_FALSE(perfgate.out.contains("seeding"));
  CHECK(check("d.json", {"--rolling", "-1"}) == 2);

  // A run of another suite, from a job of its own, is none of this one's past.
  Run other = test::make_run({.suite = "other", .id = "other"});
  other.started.unix_ms += 60'000LL * 4 - 1;
  REQUIRE(store::save_run(**store, other));
  CHECK(check("d.json", {"--rolling", "1"}) == 0);
  says(perfgate.out, "compared with run c");
}

// AC:baseline-age
TEST_CASE("an old baseline is said to be expired") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(promote(perfgate, {"--tests-passed"}) == 0);
  Run late = test::make_run({.id = "late"});
  late.started.unix_ms += 91LL * 24 * 3600 * 1000;
  perfgate.write_receipt("late.json", late);
  CHECK(perfgate({"check", "--run", "late.json"}) == 0);
  says(perfgate.out, "the baseline is 91 days old, and the policy holds it good for 90");
  says(perfgate.out, ", expired");
  perfgate.write("thresholds.toml", "[baseline]\nmax_age_days = 91\n");
  CHECK(perfgate({"check", "--run", "late.json"}) == 0);
  CHECK_FALSE(perfgate.out.contains("days old"));
  perfgate.now.unix_ms += 92LL * 24 * 3600 * 1000;
  CHECK(perfgate({"baseline", "show"}) == 0);
  says(perfgate.out, "expired: promoted 92 days ago");
}

}  // namespace
}  // namespace perfgate::cli
