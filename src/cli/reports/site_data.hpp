#pragma once
// What a site says of a history, read from the store.

#include <map>
#include <string>
#include <vector>

#include "cli/shared.hpp"
#include "report/site.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

struct SiteQuestion {
  std::string title;
  std::string url;
  std::size_t recent = 20;  ///< judgements of a promoted branch that have a page of their own
};

/// A page of the site that shows a judgement, and where what it is made from lies.
struct SitePageSource {
  std::string path;
  std::string branch;
  store::Head judgement;
  bool with_history = false;
};

struct SiteData {
  report::Site site;
  std::vector<SitePageSource> pages;
  /// By branch: the newest of its records, by seq, that its histories are made from.
  std::map<std::string, std::int64_t> newest;
  std::string first_run;  ///< key of the oldest run
};

/// Reads every run as columns, some at a time, the newest judgements of each branch and all
/// incidents. Errors: as the store's; Code::usage where it holds no run.
Result<SiteData> site_data(const SiteQuestion& question, const Settings& settings,
                           store::Store& store, bool quiet, Env& env);

}  // namespace perfgate::cli
