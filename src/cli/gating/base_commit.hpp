#pragma once
// Of a pull request: which commit it was made from, and how far a baseline lies from that.

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "cli/env.hpp"
#include "model/history.hpp"
#include "model/policy.hpp"
#include "model/run.hpp"

namespace perfgate::cli {

/// Whether the commit that a change was made from is looked for.
enum class BaseSearch {
  none,
  local,  ///< in the clone as it is
  fetch,  ///< a shallow clone is deepened for it
};

/// The merge base of a pull request, and the commits that it was made from.
struct BaseCommit {
  std::string branch, sha;
  std::unordered_set<std::string> ancestors;  ///< with the merge base itself
  bool cut = false;                           ///< there would be more: the clone is shallow

  bool holds(const std::string& commit) const { return ancestors.contains(commit); }
};

/// Of a run of a pull request (GITHUB_BASE_REF is set) in a git repository; else nothing. Where
/// it cannot be found, a note says why, and what to do.
std::optional<BaseCommit> find_base_commit(const Run& run, BaseSearch search, const Policy& policy,
                                           const Env& env, std::vector<Note>& notes);

/// The newest promotion among commits that the change was made from. `promotions`: oldest first.
std::optional<Baseline> promotion_before(const std::vector<Baseline>& promotions,
                                         const BaseCommit& base_commit,
                                         std::string_view host_class);

/// How a baseline lies to the commit that the change was made from.
struct Distance {
  std::string text;        ///< "2 commits before the merge base 1a2b3c4d5e of main"
  bool too_far = false;    ///< further back than the policy compares
  bool elsewhere = false;  ///< none of the commits that the change was made from
};
/// Errors: Code::git.
Result<Distance> distance_of(const Run& baseline, const BaseCommit& base_commit,
                             const Policy& policy, const Env& env);

}  // namespace perfgate::cli
