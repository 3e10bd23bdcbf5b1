#pragma once
// What git says of the work tree that we stand in. Runs no hooks and takes no locks.

#include <optional>
#include <string>
#include <string_view>

#include "model/run.hpp"
#include "sys/environment.hpp"

namespace perfgate::sys {

/// Whether it is a commit's id or the beginning of one: what git would take for an option or a
/// revision expression is none.
bool is_sha(std::string_view text);

/// The commit that `directory` has checked out; nothing where it is no repository or has no commit.
/// A detached HEAD has no branch: in CI the branch is taken from GITHUB_HEAD_REF or
/// GITHUB_REF_NAME. Files that git does not track do not make it dirty. Errors: Code::git where git
/// itself fails.
Result<std::optional<Commit>> read_commit(const std::string& directory,
                                          const Environment& environment);

/// Whether `sha` is on `branch` (or on its counterpart at origin, where only that is known).
/// Nothing where the branch or the commit is not here. Errors: Code::git.
Result<std::optional<bool>> is_on_branch(const std::string& directory, std::string_view sha,
                                         std::string_view branch, const Environment& environment);

/// Whether `older` is `newer` or one of the commits that it was made from. Nothing where one of
/// them is not here. Errors: Code::git.
Result<std::optional<bool>> is_ancestor(const std::string& directory, std::string_view older,
                                        std::string_view newer, const Environment& environment);

/// A tag and the commit that it marks.
struct Tag {
  std::string name, sha;

  bool operator==(const Tag&) const = default;
};
/// The tags, by name; none where `directory` is no repository or git cannot tell.
Result<std::vector<Tag>> read_tags(const std::string& directory, const Environment& environment);

}  // namespace perfgate::sys
