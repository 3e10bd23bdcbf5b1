// Pull requests in real repositories: check, against baselines at, behind, ahead of and beside the
// commit that the change was made from.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "support/cli.hpp"
#include "sys/git_program.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

/// A repository at a desk, and promotions of its commits.
struct Project {
  Desk perfgate;
  std::vector<std::string> main;  // oldest first
  int measured = 0, made = 0;

  explicit Project(int commits) {
    perfgate.write("thresholds.toml",
                   "[performance_floors]\nregression_threshold = 0.05\n"
                   "regression_fail_threshold = 0.10\n[promotion]\nmin_samples = 1\n"
                   "[baseline]\nwindow = 0\n");
    main.push_back(perfgate.repository());
    while (static_cast<int>(main.size()) < commits) main.push_back(commit());
  }

  std::string git(std::vector<std::string> arguments) {
    sys::Environment environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                 {"GIT_AUTHOR_NAME", "a"},
                                 {"GIT_AUTHOR_EMAIL", "a@b"},
                                 {"GIT_COMMITTER_NAME", "a"},
                                 {"GIT_COMMITTER_EMAIL", "a@b"}};
    const auto answer = sys::run_git({.place = {"-C", "."}, .environment = environment},
                                     {.arguments = std::move(arguments)});
    REQUIRE(answer);
    REQUIRE_MESSAGE(answer->exit_code == 0, answer->errors);
    return std::string(trim(answer->output));
  }
  std::string commit() {
    // Else two of the same second and parent would be one commit.
    git({"commit", "--quiet", "--allow-empty", "-m", fmt::format("commit {}", ++made)});
    return git({"rev-parse", "HEAD"});
  }
  std::string branch_from(const std::string& sha) {
    git({"checkout", "--quiet", "-b", fmt::format("change-{}", measured), sha});
    return commit();
  }

  Run run(const std::string& sha, const std::string& branch, double multiplier) {
    Run run = test::make_run({.multiplier = multiplier,
                              .noise = 0.002,
                              .seed = static_cast<std::uint64_t>(measured + 1),
                              .id = fmt::format("run-{}", measured)});
    ++measured;
    run.commit = {.sha = sha, .branch = branch};
    run.started = Time{run.started.unix_ms + measured * 60'000};
    return run;
  }
  /// Measured `multiplier` times as slow, and made the baseline of main.
  void promote(const std::string& sha, double multiplier) {
    perfgate.write_receipt("base.json", run(sha, "main", multiplier));
    REQUIRE_MESSAGE(perfgate({"baseline", "promote", "--run", "base.json", "--tests-passed"}) == 0,
                    (perfgate.err + perfgate.out));
  }
  int check(const std::string& sha, double multiplier, std::vector<std::string> more = {}) {
    perfgate.write_receipt("head.json", run(sha, "change", multiplier));
    perfgate.environment["GITHUB_BASE_REF"] = "main";
    std::vector<std::string> arguments{"check", "--run", "head.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const int code = perfgate(arguments);
    perfgate.environment.erase("GITHUB_BASE_REF");
    return code;
  }
};

// AC:base-commit
TEST_CASE("a pull request is compared with the baseline behind it, not with the newest") {
  Project project(6);
  project.promote(project.main[2], 1.0);
  project.promote(project.main[5], 0.5);  // main became twice as fast since
  const std::string head = project.branch_from(project.main[3]);
  CHECK(project.check(head, 1.0) == 0);
  says(project.perfgate.out, "commit " + project.main[2].substr(0, 10));
  says(project.perfgate.out,
       "1 commit before the merge base " + project.main[3].substr(0, 10) + " of main");
  CHECK(project.check(head, 1.3) == 1);  // and is slower than that

  // Outside of a pull request the newest holds, as ever.
  project.perfgate.write_receipt("head.json", project.run(head, "change", 1.0));
  CHECK(project.perfgate({"check", "--run", "head.json"}) == 1);
  CHECK_FALSE(project.perfgate.out.contains("merge base"));
}

TEST_CASE("at the merge base itself, and in JSON") {
  Project project(3);
  project.promote(project.main[1], 1.0);
  const std::string head = project.branch_from(project.main[1]);
  CHECK(project.check(head, 1.0, {"--format", "json"}) == 0);
  says(project.perfgate.out,
       "\"baseline_distance\": \"the merge base " + project.main[1].substr(0, 10) + " of main\"");
}

// AC:base-too-far
TEST_CASE("a baseline further back than the policy compares is not comparable") {
  Project project(6);
  project.promote(project.main[0], 1.0);
  const std::string head = project.branch_from(project.main[4]);
  const std::vector<std::string> near{"--set", "baseline.max_distance=3"};
  CHECK(project.check(head, 1.0, near) == 0);
  says(project.perfgate.out, "[NOT COMPARABLE]");
  says(project.perfgate.out, "lies 4 commits before the merge base");
  says(project.perfgate.out, "compares up to 3");
  says(project.perfgate.out, "Bring the change up to date");
  says(project.perfgate.out, "`max_distance` of `[baseline]`");
  CHECK_FALSE(project.perfgate.out.contains("--new-host-class"));
  CHECK(project.check(
            head, 1.0,
            {"--set", "baseline.max_distance=3", "--set", "gate.on_not_comparable=fail"}) == 5);
  CHECK(project.check(head, 1.0, {"--set", "baseline.max_distance=4"}) == 0);
  says(project.perfgate.out, "[PASS]");
}

// AC:base-elsewhere
TEST_CASE("a baseline ahead of the merge base or beside it is told with commit, age and distance") {
  Project project(5);
  project.promote(project.main[4], 1.0);
  const std::string head = project.branch_from(project.main[2]);
  CHECK(project.check(head, 1.0) == 0);
  says(project.perfgate.out, "is none of the commits that this change was made from");
  says(project.perfgate.out, "2 commits after the merge base " + project.main[2].substr(0, 10));
  says(project.perfgate.out, "commit " + project.main[4].substr(0, 10) + ", measured 20");

  Project other(2);
  other.promote(other.main[1], 1.0);
  const std::string rewritten = other.branch_from(other.main[0]);
  other.git({"branch", "--force", "main", rewritten});
  ++other.measured;  // another name for the branch
  CHECK(other.check(other.branch_from(rewritten), 1.0) == 0);
  says(other.perfgate.out, "beside the merge base " + rewritten.substr(0, 10));

  Project foreign(2);
  foreign.promote(foreign.main[1], 1.0);
  foreign.git({"reset", "--quiet", "--hard", foreign.main[0]});
  foreign.git({"reflog", "expire", "--expire=now", "--all"});
  foreign.git({"gc", "--quiet", "--prune=now"});
  CHECK(foreign.check(foreign.branch_from(foreign.main[0]), 1.0) == 0);
  says(foreign.perfgate.out, "not in this clone");
}

TEST_CASE("a rolling baseline is made of runs behind the merge base") {
  Project project(6);
  const auto add = [&](const std::string& sha, double multiplier) {
    project.perfgate.write_receipt("base.json", project.run(sha, "main", multiplier));
    REQUIRE(project.perfgate({"history", "add", "base.json"}) == 0);
  };
  for (const int i : {1, 2}) add(project.main[static_cast<std::size_t>(i)], 1.0);
  for (const int i : {4, 5}) add(project.main[static_cast<std::size_t>(i)], 0.5);
  const std::string head = project.branch_from(project.main[3]);
  CHECK(project.check(head, 1.0, {"--rolling", "2"}) == 0);
  says(project.perfgate.out, "1 commit before the merge base");
}

TEST_CASE("a clone that does not tell is said, and the newest baseline is taken") {
  Project project(3);
  project.promote(project.main[1], 1.0);
  const std::string head = project.branch_from(project.main[1]);
  project.perfgate.environment["GITHUB_BASE_REF"] = "release";
  project.perfgate.write_receipt("head.json", project.run(head, "change", 1.0));
  CHECK(project.perfgate({"check", "--run", "head.json"}) == 0);
  says(project.perfgate.out, "the branch is not in this clone");
  says(project.perfgate.out, "fetch-depth: 0");
}

}  // namespace
}  // namespace perfgate::cli
