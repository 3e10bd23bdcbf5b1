#include "cli/gating/base_commit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "sys/ancestry.hpp"

namespace perfgate::cli {

std::optional<BaseCommit> find_base_commit(const Run& run, BaseSearch search, const Policy& policy,
                                           const Env& env, std::vector<Note>& notes) {
  const std::string branch = sys::variable(env.environment, "GITHUB_BASE_REF");
  if (search == BaseSearch::none || branch.empty() || run.commit.sha.empty()) return std::nullopt;
  const sys::PartingOptions options{
      .enough = static_cast<std::size_t>(policy.baseline.max_distance) + 1,
      .fetch = search == BaseSearch::fetch};
  auto parting = sys::find_parting(".", run.commit.sha, branch, options, env.environment);
  if (!parting) {
    notes.push_back({.severity = Severity::warning,
                     .text = fmt::format("{}: the newest baseline is taken, wherever it stands; {}",
                                         parting.error().message, parting.error().hint)});
    return std::nullopt;
  }
  if (!*parting) return std::nullopt;
  BaseCommit found{.branch = branch, .sha = (*parting)->merge_base, .cut = (*parting)->cut};
  found.ancestors.insert((*parting)->commits.begin(), (*parting)->commits.end());
  return found;
}

std::optional<Baseline> promotion_before(const std::vector<Baseline>& promotions,
                                         const BaseCommit& base_commit,
                                         std::string_view host_class) {
  const auto found =
      std::ranges::find_if(promotions.rbegin(), promotions.rend(), [&](const Baseline& one) {
        return one.branch == base_commit.branch && one.host_class == host_class &&
               one.name.empty() && base_commit.holds(one.commit);
      });
  return found == promotions.rend() ? std::nullopt : std::optional(*found);
}

Result<Distance> distance_of(const Run& baseline, const BaseCommit& base_commit,
                             const Policy& policy, const Env& env) {
  const std::string& commit = baseline.commit.sha;
  const std::string from = fmt::format("the merge base {} of {}", base_commit.sha.substr(0, 10),
                                       safe_text(base_commit.branch, 100));
  if (commit == base_commit.sha) return Distance{.text = from};
  if (commit.empty())
    return Distance{.text = "of no commit, to be held against " + from, .elsewhere = true};
  TRY(const std::optional<int> behind,
      sys::commits_ahead(".", commit, base_commit.sha, env.environment));
  TRY(const std::optional<int> ahead,
      sys::commits_ahead(".", base_commit.sha, commit, env.environment));
  if (!behind || !ahead)
    return Distance{
        .text = fmt::format("not in this clone{}, to be held against {}",
                            base_commit.cut ? ", which is shallow (fetch-depth: 0)" : "", from),
        .elsewhere = true};
  if (*ahead == 0)
    return Distance{.text = fmt::format("{} before {}", counted(*behind, "commit"), from),
                    .too_far = *behind > policy.baseline.max_distance};
  if (*behind == 0)
    return Distance{.text = fmt::format("{} after {}", counted(*ahead, "commit"), from),
                    .elsewhere = true};
  return Distance{
      .text = fmt::format("beside {} ({} away from it)", from, counted(*ahead, "commit")),
      .elsewhere = true};
}

}  // namespace perfgate::cli
