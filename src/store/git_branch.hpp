#pragma once
// A branch of records at a remote, seen through a bare repository of our own: a cache that holds
// the commits and trees that were fetched, the files' contents only where they were asked for.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/git_failure.hpp"
#include "store/git_layout.hpp"
#include "sys/git_program.hpp"
#include "sys/git_remote.hpp"
#include "sys/lock.hpp"

namespace perfgate::store {

/// A commit of the branch, and what it says of the records.
struct Tip {
  std::string commit;
  TipSummary summary;
};

/// A file in the tree of a commit.
struct BranchFile {
  std::string path;
  RecordFile file;   ///< of a record
  std::string blob;  ///< the name of its content
};

/// What came between two commits.
struct Changes {
  std::vector<BranchFile> added;  ///< by seq
  std::vector<BranchFile> removed;
  std::vector<BranchFile> people_added, people_removed;  ///< names of persons
};

class Branch {
 public:
  /// Makes the cache where it is not there. `cache` is a directory for this remote and branch
  /// alone. Errors: Code::io; Code::store where it belongs to another user, who could plant things
  /// in it.
  static Result<Branch> open(const sys::GitRemote& remote, std::string_view branch,
                             std::string cache, const sys::Environment& environment);

  /// One at a time, host-wide: what follows needs it. What a killed git left locked is freed.
  Result<sys::FileLock> lock(std::chrono::milliseconds patience) const;

  /// The tip as it was last seen; nothing where there was none.
  Result<std::optional<Tip>> known() const;
  /// Since the tip was last seen to be the remote's.
  std::chrono::milliseconds age() const;
  /// The tip as it is. Errors: Code::store where it does not follow from the one that was known, or
  /// is not perfgate's; Code::git where the remote cannot be reached. `why` is told where git
  /// failed.
  Result<std::optional<Tip>> fetch(GitTrouble* why = nullptr);

  /// The files of one key, by seq. Reads a directory per month.
  Result<std::vector<BranchFile>> files_of(const Tip& tip, Kind kind, std::string_view key) const;
  /// The entries of these tokens, those that are there.
  Result<std::vector<BranchFile>> people_of(const Tip& tip,
                                            std::span<const std::string> tokens) const;
  /// What is in `to` and was not in `from` (empty: nothing was). Errors: Code::store where a file
  /// was changed, or is none of ours.
  Result<Changes> changes(std::string_view from, const Tip& to) const;

  /// The contents of files, fetched in one go where they are missing.
  using Visit = std::function<Result<void>(const BranchFile& file, std::string_view content)>;
  Result<void> read(std::span<const BranchFile> files, const Visit& visit) const;

  /// A commit on top of `tip`, here only. `removed` are paths of files or directories.
  struct Content {
    std::string path, bytes;
  };
  Result<Tip> commit(const std::optional<Tip>& tip, std::span<const Content> files,
                     std::span<const std::string> removed, std::string_view message,
                     const TipSummary& summary, Time at) const;

  /// Makes `next`, which was made on top of `tip`, the remote's tip, if `tip` still is that.
  struct Pushed {
    bool done = false;
    GitTrouble trouble = GitTrouble::unknown;  ///< why not
    std::string errors{};                      ///< in git's words
  };
  Result<Pushed> push(const std::optional<Tip>& tip, const Tip& next);

  /// Whether `commit`, which was made here, is part of what `tip` stands on.
  Result<bool> contains(const Tip& tip, const std::string& commit) const;

  /// Packs the cache where many packs are: each fetch and each commit leaves one. Where that cannot
  /// be done, nothing is lost and nobody is told.
  void tidy() const;

  const std::string& cache() const { return cache_; }
  Error error(GitTrouble trouble, std::string_view doing, std::string_view errors) const;

 private:
  Branch(sys::Git git, std::string shown, std::string secret, std::string branch, std::string cache,
         bool local);
  std::string scratch(std::string_view name) const { return cache_ + "/" + std::string(name); }
  Result<sys::GitAnswer> ask(const sys::GitCall& call) const;
  Result<void> remember(const std::optional<Tip>& tip) const;
  std::unexpected<Error> failed(std::string_view doing, std::string_view errors) const;

  sys::Git git_;
  std::string shown_;   // the remote, for people
  std::string secret_;  // its URL, where that may hold a password
  std::string branch_, cache_;
  bool local_ = false;
};

}  // namespace perfgate::store
