#pragma once
// The git store from inside. What it promises and what it is made of:
//
// - The branch at the remote is the truth: one file per record (git_layout.hpp), added by commits
// that
//   only ever go forward. Who writes makes a commit on the tip as it is and pushes it on the
//   condition that the tip still is that; who loses the race begins again. Acknowledged is what was
//   pushed.
// - The cache (git_branch.hpp) knows the branch's commits and trees. A writer needs no more.
// - The mirror (git_mirror.hpp) is a directory store of the same lines, and answers what is read.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/erasure.hpp"
#include "store/git.hpp"
#include "store/git_branch.hpp"

namespace perfgate::store {

class GitStore final : public Store, public NamesApart {
 public:
  GitStore(std::string remote, std::string branch, GitOptions options);

  std::string url() const override;
  Result<void> append_if(const Decide& decide) override;
  Result<std::vector<Head>> list(const Selection& selection) const override;
  Result<void> read(std::span<const Head> heads, const Visit& visit,
                    unsigned workers) const override;
  Result<Compaction> compact(const Progress& progress) override;  // git_care.cpp
  Result<Pruned> prune(const Retention& retention,
                       const Progress& progress) override;  // git_care.cpp
  Result<Erasure> erase_person(std::string_view name,
                               const TellErasure& tell) override;                // git_care.cpp
  Result<std::vector<Trouble>> verify(const Progress& progress) const override;  // git_care.cpp

 private:
  /// The commit that is to follow a tip, made but not pushed; nothing where there is nothing to do.
  using Propose = std::function<Result<std::optional<Tip>>(const Branch& branch,
                                                           const std::optional<Tip>& tip)>;

  Result<Branch*> branch() const;
  /// The mirror at what the remote has now, or had a moment ago.
  Result<void> refresh() const;
  /// Proposes until it is the tip.
  Result<void> advance(const Propose& propose);
  Result<void> try_to_advance(const Propose& propose);

  std::string remote_, branch_name_;
  GitOptions options_;
  mutable std::mutex mutex_;
  mutable std::optional<Branch> branch_;
  mutable std::unique_ptr<Store> mirror_;
  mutable std::chrono::steady_clock::time_point seen_at_{};
};

/// A commit of these records on top of a tip, after `removed` (months' directories, entries of
/// names) are gone; names in the records stand in entries of their own, of the same commit. The
/// first month of what then stays is `first_month`, where it is not that of the tip.
Result<Tip> commit_records(const Branch& branch, const std::optional<Tip>& tip,
                           const std::vector<Store::Addition>& additions,
                           const std::vector<std::string>& removed = {},
                           std::string_view first_month = {});

}  // namespace perfgate::store
