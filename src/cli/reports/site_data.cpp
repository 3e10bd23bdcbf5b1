#include "cli/reports/site_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/progress.hpp"
#include "gate/judge.hpp"
#include "gate/page.hpp"
#include "store/history.hpp"
#include "store/scan.hpp"
#include "store/stored.hpp"

namespace perfgate::cli {
namespace {

using store::Head;

/// The verdicts that a suite's strip shows.
constexpr std::size_t strip_length = 14;

/// What a suite costs from run to run, over the benchmarks that a run and the last one of its host
/// class both hold.
struct SuiteCost {
  std::vector<double> cost;
  std::size_t benchmarks = 0;
  using Values = std::unordered_map<std::string, double>;
  std::map<std::string, Values> last;  ///< by host class

  void add(const std::string& host, const Values& values) {
    double sum = 0;
    int common = 0;
    Values& before = last[host];
    for (const auto& [name, value] : values)
      if (const auto then = before.find(name); then != before.end()) {
        sum += std::log(value / then->second);
        ++common;
      }
    const double level = cost.empty() ? 1 : cost.back();
    cost.push_back(common > 0 ? level * std::exp(sum / common) : level);
    benchmarks = values.size();
    for (const auto& [name, value] : values) before[name] = value;
  }
};

struct BranchData {
  std::map<std::string, SuiteCost> suites;
  std::size_t runs = 0;
  Time first{std::numeric_limits<std::int64_t>::max()};
  Time last{std::numeric_limits<std::int64_t>::min()};
  std::int64_t newest = 0;  ///< seq
  std::map<std::string, std::string> subjects;
};

/// The cost of each benchmark of a run, by suite: its time, or without one what is known to be
/// better one way.
std::map<std::string, SuiteCost::Values> costs_of(const store::Columns& columns,
                                                  const store::RunEntry& run) {
  std::map<std::string, SuiteCost::Values> suites;
  std::map<std::pair<store::TextId, store::TextId>, bool> timed;
  const auto is_time = [&](std::size_t row) {
    return columns.texts[columns.metric[row]] == "time";
  };
  for (std::size_t row = run.begin; row < run.end; ++row)
    if (is_time(row)) timed[{columns.suite[row], columns.benchmark[row]}] = true;
  for (std::size_t row = run.begin; row < run.end; ++row) {
    const double value = columns.median[row];
    if (columns.better[row] == Better::unknown || !(value > 0) || !std::isfinite(value)) continue;
    const bool has_time = timed.contains({columns.suite[row], columns.benchmark[row]});
    if (has_time && !is_time(row)) continue;
    suites[columns.texts[columns.suite[row]]].try_emplace(
        columns.texts[columns.benchmark[row]] + "\n" + columns.texts[columns.metric[row]],
        columns.better[row] == Better::higher ? 1 / value : value);
  }
  return suites;
}

/// `wanted`: commits whose subjects are kept.
Result<std::map<std::string, BranchData>> read_runs(const std::vector<Head>& heads,
                                                    const std::set<std::string>& wanted,
                                                    const Settings& settings,
                                                    const store::Store& store, bool quiet,
                                                    Env& env) {
  std::map<std::string, BranchData> branches;
  Progress progress(env, quiet, "reading runs", heads.size());
  constexpr std::size_t at_once = 32;  // so many runs stand in memory
  for (std::size_t begin = 0; begin < heads.size(); begin += at_once) {
    const auto some = std::span(heads).subspan(begin, std::min(at_once, heads.size() - begin));
    TRY(const store::Columns columns,
        store::scan_runs(store, some, {},
                         {.workers = workers(), .progress = [&](std::size_t) -> Result<void> {
                            progress.add();
                            return {};
                          }}));
    for (const store::RunEntry& run : columns.runs) {
      BranchData& branch = branches[columns.texts[run.branch]];
      ++branch.runs;
      branch.first = std::min(branch.first, run.started);
      branch.last = std::max(branch.last, run.started);
      branch.newest = std::max(branch.newest, run.seq);
      const std::string& subject = columns.texts[run.subject];
      if (!subject.empty() && wanted.contains(columns.texts[run.sha]))
        branch.subjects.try_emplace(columns.texts[run.sha], subject);
      const std::string host =
          gate::host_class(columns.fingerprints[run.fingerprint], settings.policy.host_class);
      for (const auto& [suite, values] : costs_of(columns, run))
        branch.suites[suite].add(host, values);
    }
  }
  return branches;
}

bool is_promoted(const std::string& branch, const Policy& policy) {
  return std::ranges::any_of(policy.promotion.branches,
                             [&](const std::string& glob) { return glob_matches(glob, branch); });
}

/// The heads of a branch's judgements, newest first.
Result<std::vector<Head>> judgements_of(const std::string& branch, std::size_t most,
                                        const store::Store& store) {
  store::Selection selection{.kind = Kind::judgement, .newest_first = true, .limit = most};
  // An empty text is no term; the keys of such judgements begin with what follows the branch.
  if (branch.empty())
    selection.key_prefix = "@";
  else
    selection.terms = {{"branch", branch}};
  return store.list(selection);
}

/// When the run that was judged was started; else when the judgement was kept.
Result<Time> time_of(const Judgement& judgement, const Head& head, const store::Store& store) {
  if (judgement.run.empty()) return head.at;
  TRY(const std::vector<Head> runs,
      store.list({.kind = Kind::run, .key = judgement.run, .limit = 1}));
  return runs.empty() ? head.at : runs.front().time;
}

void add_suites(const Judgement& judgement, std::vector<report::SiteSuite>& suites) {
  for (report::SiteSuite& suite : suites) {
    std::optional<Verdict> worst;
    for (const Finding& finding : judgement.findings)
      if (finding.suite.text() == suite.name && !finding.suite.empty() &&
          (!worst || gate::severity(finding.verdict) > gate::severity(*worst)))
        worst = finding.verdict;
    // What is told of no suite is told of the only one there is.
    if (!worst && suites.size() == 1) worst = judgement.verdict;
    if (!worst) continue;
    if (!suite.verdict) suite.verdict = worst;
    if (suite.recent.size() < strip_length) suite.recent.push_back(*worst);
  }
}

Result<report::SiteBranch> branch_of(const std::string& name, BranchData& data,
                                     const SiteQuestion& question, const Settings& settings,
                                     const store::Store& store, SiteData& result) {
  report::SiteBranch branch{.name = name,
                            .folder = "branch/" + report::file_name_of(name),
                            .promoted = is_promoted(name, settings.policy),
                            .subjects = std::move(data.subjects),
                            .runs = data.runs,
                            .first = data.first,
                            .last = data.last,
                            .latest = ""};
  branch.latest = branch.folder + "/latest.html";
  for (auto& [suite, cost] : data.suites)
    branch.suites.push_back({.name = suite,
                             .verdict = std::nullopt,
                             .recent = {},
                             .benchmarks = cost.benchmarks,
                             .cost = std::move(cost.cost)});
  // A branch that nothing is promoted for is short-lived: its newest judgement is what counts.
  const std::size_t with_page = branch.promoted ? question.recent : 1;
  TRY(const std::vector<Head> heads, judgements_of(name, std::max(strip_length, with_page), store));
  CHECKED(store.read(heads, [&](std::size_t i, store::Record& record) -> Result<bool> {
    TRY(const Judgement judgement, store::Stored<Judgement>::read(record.value, record.place));
    report::SiteVerdict verdict{.key = record.key,
                                .run_id = judgement.run_id,
                                .verdict = judgement.verdict,
                                .words = gate::verdict_words(judgement, nullptr),
                                .commit = judgement.commit.sha,
                                .subject = judgement.commit.subject,
                                .time = {},
                                .page = ""};
    TRY(verdict.time, time_of(judgement, heads[i], store));
    if (i < with_page) {
      verdict.page = fmt::format("run/{}.html", report::file_name_of(record.key));
      result.pages.push_back({.path = verdict.page, .branch = name, .judgement = heads[i]});
    }
    add_suites(judgement, branch.suites);
    branch.verdicts.push_back(std::move(verdict));
    return true;
  }));
  for (report::SiteSuite& suite : branch.suites) std::ranges::reverse(suite.recent);
  result.pages.push_back({.path = branch.latest,
                          .branch = name,
                          .judgement = heads.empty() ? Head{.seq = -1} : heads.front(),
                          .with_history = true});
  return branch;
}

}  // namespace

Result<SiteData> site_data(const SiteQuestion& question, const Settings& settings,
                           store::Store& store, bool quiet, Env& env) {
  TRY(std::vector<Head> heads, store.list({.kind = Kind::run}));
  if (heads.empty())
    return fail(Code::usage, fmt::format("{} holds no run: there is nothing to show", store.url()),
                "`perfgate gate` and `perfgate history add` keep runs; --store names another");
  SiteData data;
  std::ranges::stable_sort(heads, {}, &Head::time);
  data.first_run = heads.front().key;
  TRY(std::vector<Incident> incidents, store::incidents(store));
  std::set<std::string> commits;
  for (const Incident& incident : incidents) commits.insert(incident.commit);
  TRY(auto branches, read_runs(heads, commits, settings, store, quiet, env));
  data.site.title = question.title;
  data.site.url = question.url;
  data.site.tool = fmt::format("perfgate {}", version());
  for (auto& [name, branch] : branches) {
    TRY(report::SiteBranch shown, branch_of(name, branch, question, settings, store, data));
    data.newest[name] = branch.newest;
    data.site.updated = std::max(data.site.updated, branch.last);
    data.site.branches.push_back(std::move(shown));
  }
  std::ranges::stable_sort(incidents, std::ranges::greater{}, &Incident::opened);
  for (Incident& incident : incidents) {
    const auto branch =
        std::ranges::find(data.site.branches, incident.branch, &report::SiteBranch::name);
    if (branch != data.site.branches.end()) branch->incidents.push_back(std::move(incident));
  }
  std::ranges::stable_sort(data.site.branches,
                           [](const report::SiteBranch& a, const report::SiteBranch& b) {
                             return a.promoted != b.promoted ? a.promoted : a.last > b.last;
                           });
  return data;
}

}  // namespace perfgate::cli
