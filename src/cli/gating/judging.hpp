#pragma once
// A run against the policy and the right baseline: what check, gate and baseline promote share.

#include <memory>
#include <string>
#include <vector>

#include "cli/gating/base_commit.hpp"
#include "cli/receipts.hpp"
#include "gate/judge.hpp"
#include "store/store.hpp"

namespace CLI {
class App;
}

namespace perfgate::cli {

struct JudgeOptions {
  std::string baseline;  ///< a file; empty: from the store
  std::string branch;    ///< whose baseline; empty: found out
  std::string fail_on;   ///< "warn": warnings fail too
  int rolling = -1;      ///< runs of a rolling baseline; 0: the promoted one; -1: as policy says
  /// Of a pull request: the baseline is looked for behind the commit that it was made from.
  BaseSearch base_search = BaseSearch::none;
  std::vector<std::string> confirm;  ///< run.json files of the same commit, on other instances
};

/// --baseline --branch --rolling --confirm --fail-on
void add_judging(CLI::App& app, JudgeOptions& options);

/// The branches whose baseline may be meant, the likeliest first: as asked for; the base branch of
/// a pull request; the run's own, where the policy promotes for it; those that the policy promotes
/// for.
std::vector<std::string> baseline_branches(const std::string& asked, const Run& run,
                                           const Policy& policy, const Env& env);

struct Judged {
  Judgement judgement;
  std::string branch;  ///< whose baseline it was, or would be
  std::optional<Run> base;
};

/// Judges, and says since when limits have been violated. Reads the store, changes nothing.
Result<Judged> judge_given(const Given& given, const JudgeOptions& options,
                           const Settings& settings, const store::Store& store, Env& env);

/// Writes judgement.json and perf.json, keeps the judgement in the store with the incidents that it
/// opens and closes, and says where files lie.
/// A store that cannot be written is said, and changes no verdict.
Result<void> keep_judgement(const Judged& judged, const Given& given, const Settings& settings,
                            const std::string& directory, store::Store* store, Env& env,
                            bool quiet);

}  // namespace perfgate::cli
