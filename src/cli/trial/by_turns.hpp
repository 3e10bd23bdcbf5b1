#pragma once
// Two sides made ready, measured by turns and judged: what ab does, and gate where it suspects.

#include <optional>
#include <string>

#include "cli/trial/ab_judging.hpp"
#include "cli/trial/options.hpp"
#include "sys/worktree.hpp"

namespace perfgate::cli {

/// What is measured, and what it is called.
struct Sides {
  measure::Trial trial;
  SidesKnown known;
  std::optional<sys::Worktrees> worktrees;  ///< go when they are measured
  std::string again;                        ///< the command that does it again, options aside
};

/// Which suites base is measured with.
enum class SuitesOf {
  work_tree,  ///< as perfgate.toml of the work tree has them, like head
  each,       ///< as its own perfgate.toml has them, where it can be read
};

struct CommitsAsked {
  std::string base, head = "HEAD";  ///< as git names them; `.`: the work tree as it stands
  int builds = 1;
  SuitesOf suites = SuitesOf::work_tree;
};

/// Checks both commits out beside the work tree. Errors: Code::config without a perfgate.toml, or
/// where theirs name other suites; Code::git.
Result<void> commits_as_sides(Sides& sides, const CommitsAsked& asked,
                              const MeasureOptions& measuring, const Settings& settings, Env& env,
                              measure::Progress& progress);

struct ByTurns {
  JudgedSides judged;
  measure::Ended ended = measure::Ended::decided;
  int rounds = 0;
};

/// Checks the sides, measures them round by round until all are decided, or the trial ends, and
/// takes their work trees away. Errors: as check_sides, measure::experiment and judge_sides.
Result<ByTurns> measure_by_turns(Sides& sides, const Settings& settings,
                                 const std::string& directory, const std::string& fail_on, Env& env,
                                 measure::Progress& progress);

}  // namespace perfgate::cli
