#pragma once
// A branch at one commit as a store to look into, while its cache is locked.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/git_branch.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// What append_if shows of the branch. One key is looked for in the trees alone, and only its
/// newest record is read; many keys, and everything else, take the mirror.
class BranchView final : public Store {
 public:
  BranchView(const Branch& branch, const std::optional<Tip>& tip, std::string url)
      : branch_(branch), tip_(tip), url_(std::move(url)) {}

  std::string url() const override { return url_; }
  Result<void> append_if(const Decide& decide) override;
  Result<std::vector<Head>> list(const Selection& selection) const override;
  Result<void> read(std::span<const Head> heads, const Visit& visit,
                    unsigned workers) const override;

 private:
  Result<const Store*> mirror() const;
  Result<std::string> with_names(std::string value) const;
  Result<std::vector<BranchFile>> files_of(Kind kind, const std::string& key) const;

  const Branch& branch_;
  const std::optional<Tip>& tip_;
  std::string url_;
  mutable int looked_for_ = 0, read_ = 0;                                // how often one key was
  mutable std::optional<std::multimap<std::string, BranchFile>> files_;  // by digest, by seq
  mutable std::map<std::int64_t, Record> seen_;
  mutable std::unique_ptr<Store> mirror_;
};

}  // namespace perfgate::store
