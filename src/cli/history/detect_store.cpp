#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/history/accepted_changes.hpp"
#include "cli/history/base_branch.hpp"
#include "cli/history/detect.hpp"
#include "cli/progress.hpp"
#include "store/scan.hpp"

namespace perfgate::cli {
namespace {

Result<store::Columns> read_values(const DetectStoreOptions& options, const std::string& branch,
                                   const store::Store& store, Env& env) {
  using store::Match;
  store::Query query;
  query.conditions = {{"branch", Match::equal, branch}, {"ok", Match::equal, "true"}};
  for (const auto& [key, glob] :
       {std::pair("suite", &options.suite), std::pair("benchmark", &options.benchmark),
        std::pair("metric", &options.metric)})
    if (*glob != "*") query.conditions.push_back({key, Match::glob, *glob});
  TRY(const std::vector<store::Head> heads, store.list(store::selection_of(query)));
  Progress progress(env, options.shared.quiet, "reading runs", heads.size());
  return store::scan_runs(store, heads, query,
                          {.workers = workers(), .progress = [&](std::size_t) -> Result<void> {
                             progress.add();
                             return {};
                           }});
}

std::unexpected<Error> nothing(const DetectStoreOptions& options, const std::string& branch,
                               const store::Columns& columns) {
  return fail(Code::usage,
              fmt::format("no measurement of branch `{}` matches suite `{}`, benchmark `{}`, "
                          "metric `{}` and host class `{}` ({} runs looked at)",
                          safe_text(branch, 100), safe_text(options.suite, 60),
                          safe_text(options.benchmark, 100), safe_text(options.metric, 60),
                          safe_text(options.host_class, 100), columns.runs_seen),
              "globs match whole names, and are quoted for the shell: 'decode/*'; `perfgate "
              "history query limit=20` shows what there is");
}

}  // namespace

Result<Exit> detect_in_store(const DetectStoreOptions& options, Env& env) {
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  ChangesReport report{.format = options.format};
  if (!options.since.empty()) {
    auto since = store::span_of(options.since, env.now());
    if (!since) return fail(Code::usage, "--since: " + since.error().message, since.error().hint);
    report.since = since->begin;
  }
  TRY(report.branch, branch_with_runs(options.branch, settings.policy, *store, env));
  TRY(const store::Columns columns, read_values(options, report.branch, *store, env));
  report.histories =
      histories_of(columns, settings.policy.host_class,
                   options.order == "commit" ? HistoryOrder::commit : HistoryOrder::run);
  std::erase_if(report.histories, [&](const HostHistory& history) {
    return !glob_matches(options.host_class, history.host_class);
  });
  if (report.histories.empty()) return nothing(options, report.branch, columns);
  TRY(const AcceptedChanges accepted, accepted_changes(report.branch, settings, *store));
  std::size_t series = 0;
  for (const HostHistory& history : report.histories) series += history.series.size();
  {
    Progress progress(env, options.shared.quiet, "looking for changes", series);
    for (const HostHistory& history : report.histories)
      report.changes.push_back(changes_of(history, accepted, {.min_change = options.min_change},
                                          options.threads, [&] { progress.add(); }));
  }
  env.out(print_changes(report));
  return Exit::pass;
}

}  // namespace perfgate::cli
