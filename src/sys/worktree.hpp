#pragma once
// Work trees of a repository beside the caller's own: the caller's files, index and branches are
// never touched.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sys/directory.hpp"
#include "sys/environment.hpp"
#include "sys/lock.hpp"

namespace perfgate::sys {

/// Where we stand in a repository.
struct Checkout {
  std::string root;      ///< the top of the work tree
  std::string prefix;    ///< from there to the directory asked about: "" or "tests/bench"
  bool changed = false;  ///< tracked files differ from the commit
};

/// Errors: Code::git, where `directory` is in no work tree, or there is no git.
Result<Checkout> read_checkout(const std::string& directory, const Environment& environment);

/// A commit as it was named, resolved.
struct Revision {
  std::string named, sha;
  bool changed = false;  ///< the commit with the changes of the work tree ("." was asked for)
  std::string tree;      ///< what is checked out for it: the commit, or one made of the changes
};
/// `.` is the work tree as it stands: HEAD with the changes of files that git tracks, kept in a
/// commit of no branch. Errors: Code::git, with what to do where the clone is shallow.
Result<Revision> read_revision(const Checkout& checkout, const std::string& name,
                               const Environment& environment);

/// The environment without what makes git work elsewhere (GIT_DIR of a hook).
Environment without_git(Environment environment);

/// Files that differ between two commits; nothing is both the same.
Result<std::vector<std::string>> changed_files(const Checkout& checkout, const std::string& from,
                                               const std::string& to,
                                               const Environment& environment);

/// The commits that lead from `good` to `bad` along first parents, oldest first: without `good`,
/// with `bad`. Errors: Code::git, where `good` is none of those that `bad` was made from.
Result<std::vector<std::string>> commits_between(const Checkout& checkout, const Revision& good,
                                                 const Revision& bad,
                                                 const Environment& environment);

/// "1a2b3c4d Read records ahead": the beginning of its id, and what its message begins with.
std::string title_of(const Checkout& checkout, const std::string& sha,
                     const Environment& environment);

/// A folder of work trees below `parent`, which goes with them on destruction. What a perfgate that
/// was killed left behind is taken away by the next.
class Worktrees {
 public:
  static Result<Worktrees> make(const Checkout& checkout, const std::string& parent,
                                const Environment& environment);
  Worktrees(Worktrees&&) = default;
  Worktrees(const Worktrees&) = delete;
  Worktrees& operator=(const Worktrees&) = delete;
  Worktrees& operator=(Worktrees&&) = delete;
  ~Worktrees();

  /// Checks `tree` out, detached, as a folder whose name ends with `name`; returns its path.
  /// Errors: Code::git.
  Result<std::string> add(const std::string& name, const std::string& tree);
  /// Takes one away again.
  void remove(const std::string& path);

  /// Where they lie: what else is put there goes with them, and is found by the next one too.
  const std::string& folder() const { return directory_.path(); }

  /// What git left out: submodules, files whose content lies in LFS.
  std::vector<std::string> doubts(const std::string& path) const;

 private:
  Worktrees(std::string root, Environment environment, TemporaryDirectory directory, FileLock lock)
      : root_(std::move(root)),
        environment_(std::move(environment)),
        directory_(std::move(directory)),
        lock_(std::move(lock)) {}

  std::string root_;
  Environment environment_;
  TemporaryDirectory directory_;
  FileLock lock_;
  std::vector<std::string> paths_;
};

}  // namespace perfgate::sys
