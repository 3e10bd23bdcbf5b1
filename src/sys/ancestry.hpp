#pragma once
// The commits that a change was made from, as a clone knows them; a shallow one is deepened on
// request.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sys/environment.hpp"

namespace perfgate::sys {

/// Where a commit left a branch.
struct Parting {
  std::string merge_base;  ///< the newest commit that both are made from
  /// It and what it was made from, newest first, as far as asked and known.
  std::vector<std::string> commits;
  bool cut = false;  ///< the clone is shallow, and there would be more

  bool operator==(const Parting&) const = default;
};

struct PartingOptions {
  std::size_t commits = 5000;  ///< how many are wanted
  std::size_t enough = 51;     ///< with so many a shallow clone is deep enough
  bool fetch = false;          ///< deepen a shallow clone from `origin`, in at most three steps
};

/// Of a commit and a branch: origin's, or else the one here. Nothing outside of a repository.
/// Errors: Code::git, saying what is missing and how it is got.
Result<std::optional<Parting>> find_parting(const std::string& directory, std::string_view commit,
                                            std::string_view branch, const PartingOptions& options,
                                            const Environment& environment);

/// How many commits `newer` has that `older` has not. Nothing where one of them is not here.
/// Errors: Code::git.
Result<std::optional<int>> commits_ahead(const std::string& directory, std::string_view older,
                                         std::string_view newer, const Environment& environment);

}  // namespace perfgate::sys
