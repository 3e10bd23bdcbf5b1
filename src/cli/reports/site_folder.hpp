#pragma once
// The folder of a site: what was written there before, what need not be written again, and what
// nothing leads to any more.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/reports/site_state.hpp"

namespace perfgate::cli {

/// Every file appears whole or not at all, and index.html leads only to what is there: a site that
/// was interrupted works as it did before.
class SiteFolder {
 public:
  /// Makes the folder where it is not there. Errors: Code::io; Code::schema for a site.json that is
  /// none; Code::usage where the folder belongs to something else: it has an index.html of its own.
  static Result<SiteFolder> open(const std::string& directory);

  /// The id of the feed that was written before; empty: none was.
  const std::string& feed_id() const { return before_.feed_id; }

  /// Says which files there will be, in case that writing them is interrupted.
  Result<void> plan(const std::vector<std::string>& paths, const std::string& feed_id);

  using Make = std::function<Result<void>(const std::function<void(std::string_view)>& sink)>;
  /// Makes a file, unless it was made from the same and is there still; writes it, unless its bytes
  /// are there.
  Result<void> put(const std::string& path, const std::string& from, const Make& make);

  /// Removes what was written before and not put now, and keeps the state.
  Result<void> finish();

  std::size_t written() const { return written_; }
  std::size_t kept() const { return kept_; }
  std::size_t removed() const { return removed_; }

 private:
  std::string path_of(std::string_view path) const;
  std::string digest_of(const std::string& path) const;
  Result<void> save(const SiteState& state) const;

  std::string directory_;
  SiteState before_, now_;
  std::map<std::string, SiteFile, std::less<>> known_;
  std::size_t written_ = 0, kept_ = 0, removed_ = 0;
};

}  // namespace perfgate::cli
