#include "cli/history/base_branch.hpp"

#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "cli/gating/judging.hpp"
#include "cli/progress.hpp"
#include "store/scan.hpp"

namespace perfgate::cli {
namespace {

/// The runs per branch, for those who asked for one that has none.
Result<std::string> branches_of(const store::Store& store) {
  TRY(const std::vector<store::Head> heads, store.list({.kind = Kind::run}));
  if (heads.empty())
    return std::string("the store holds no run: `perfgate history import` or `add`");
  TRY(const store::Columns columns,
      store::scan_runs(store, heads, {}, {.workers = workers(), .rows = false}));
  std::map<std::string, std::size_t> counts;
  for (const store::RunEntry& run : columns.runs) ++counts[columns.texts[run.branch]];
  std::string text;
  for (const auto& [branch, count] : counts) {
    if (text.size() > 300) break;
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ",
                        branch.empty() ? "no branch" : safe_text(branch, 60), count);
  }
  return "runs there are: " + text + "; say --branch NAME";
}

}  // namespace

Result<std::string> branch_with_runs(const std::string& asked, const Policy& policy,
                                     const store::Store& store, const Env& env) {
  const auto candidates = baseline_branches(asked, {}, policy, env);
  for (const std::string& branch : candidates) {
    TRY(const auto heads,
        store.list({.kind = Kind::run, .terms = {{"branch", branch}}, .limit = 1}));
    if (!heads.empty()) return branch;
  }
  TRY(const std::string there, branches_of(store));
  if (asked.empty() && there.contains("no branch (")) return std::string();
  return fail(Code::usage,
              fmt::format("{}: there is no run of the branch {}", store.url(),
                          candidates.empty() ? "that the policy promotes for"
                                             : "`" + safe_text(candidates.front(), 100) + "`"),
              there);
}

}  // namespace perfgate::cli
