#pragma once
// `perfgate check --history`: what a policy would have said of the runs that are kept, each judged
// with what was there before it.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/gating/judging.hpp"
#include "cli/shared.hpp"

namespace perfgate::cli {

struct BackTestOptions {
  Shared shared;
  JudgeOptions judging;
  std::string against;           ///< a policy file to hold the policy against; empty: see below
  std::string host_class = "*";  ///< glob
  std::string since;             ///< what is told; earlier runs are judged too
};

/// What a finding is about, as far as runs can be compared in it.
struct BackTestSubject {
  std::string suite, benchmark, metric, headline, rule;
  auto operator<=>(const BackTestSubject&) const = default;
};

struct BackTestRun {
  std::string key;  ///< of its judgement
  std::string id, sha;
  Time started;
  Verdict verdict = Verdict::pass;
  bool compared = false;
  std::vector<std::pair<std::uint32_t, Verdict>> verdicts;  ///< by subject, the worst of each
  std::vector<Finding> failing;
};

struct BackTest {
  std::string policy;  ///< where it came from
  std::vector<BackTestSubject> subjects;
  std::vector<BackTestRun> runs;  ///< oldest first
};

/// Judges the runs of a branch in the order in which they were measured, each as `check` would have
/// with a store that held the runs and promotions before it and the judgements of this very replay.
/// Nothing is written. `done` is told after each run.
Result<BackTest> back_test(const std::string& branch, const BackTestOptions& options,
                           const Settings& settings, const store::Store& store, const Env& env,
                           const std::function<void()>& done);

/// How many runs of the branch there are, and whether one was ever promoted.
struct BackTestScope {
  std::size_t runs = 0;
  bool promoted = false;
};
Result<BackTestScope> scope_of(const std::string& branch, const store::Store& store);

/// A subject that fails, from the first run that says so to the run that shows it is over.
struct Episode {
  BackTestSubject subject;
  const BackTestRun* first = nullptr;
  const Finding* finding = nullptr;  ///< of the first run
  const BackTestRun* end = nullptr;  ///< nullptr: it is not over
  std::size_t runs = 0;              ///< that failed
};
/// By the time of their first run.
std::vector<Episode> episodes_of(const BackTest& test);

/// A subject of a run that fails with one policy and not with the other.
struct Flip {
  BackTestSubject subject;
  const BackTestRun* run = nullptr;  ///< of the back-test, not of what it is held against
  Verdict before = Verdict::pass, after = Verdict::pass;
};
/// What changes from `before` to `after`, which judged the same runs; in their order.
std::vector<Flip> flips_of(const BackTest& before, const BackTest& after);

/// What people and earlier judgements said of the runs that fired.
struct OnRecord {
  std::size_t red = 0;                   ///< fired, and were red when they were judged
  std::size_t wrong = 0;                 ///< of those, marked as wrong
  std::size_t incidents = 0, found = 0;  ///< opened by these runs; of those, fired here too
};

struct BackTestReport {
  std::string branch, format;
  std::optional<Time> since;
  std::string held_against;  ///< a sentence, where it is not what the policy says
  BackTest test;
  std::optional<BackTest> against;
  OnRecord on_record;
};
std::string print_back_test(const BackTestReport& report);

/// `perfgate check --history`. Where a policy file was named and nothing to hold it against, it is
/// held against the policy that is configured.
Result<Exit> check_history(const BackTestOptions& options, Env& env);

}  // namespace perfgate::cli
