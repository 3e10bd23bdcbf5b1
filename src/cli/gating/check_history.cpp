#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "cli/gating/back_test.hpp"
#include "cli/history/base_branch.hpp"
#include "cli/progress.hpp"
#include "gate/incidents.hpp"
#include "store/history.hpp"
#include "store/query.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

constexpr int usual_window = 30;

Result<void> check_options(const BackTestOptions& options) {
  const std::string& format = options.shared.format;
  if (!format.empty() && format != "text" && format != "md" && format != "json")
    return fail(Code::usage,
                fmt::format("--format {}: a back-test is text, md or json", safe_text(format, 60)),
                "--format md");
  if (!options.judging.baseline.empty())
    return fail(Code::usage,
                "--history and --baseline: a back-test goes by the baselines of the "
                "store, as they were at the time",
                "leave --baseline out; --rolling N compares with the last N good runs");
  return {};
}

/// The policy that it is held against, if any.
Result<std::optional<Settings>> other_settings(const BackTestOptions& options, Env& env) {
  if (options.against.empty() && options.shared.policy.empty()) return std::nullopt;
  Shared shared = options.shared;
  shared.policy = options.against;
  TRY(Settings settings, load_settings(shared, env));
  return settings;
}

Result<OnRecord> on_record(const BackTestReport& report, store::Store& store) {
  OnRecord known;
  TRY(const auto heads, store.list({.kind = Kind::judgement, .terms = {{"verdict", "fail"}}}));
  std::set<std::string> red;
  for (const store::Head& head : heads) red.insert(head.key);
  TRY(const std::vector<Mark> marks, store::Repository<Mark>(store).find_all());
  std::set<std::string> wrong;
  for (const Mark& mark : marks)
    if (mark.wrong) wrong.insert(mark.judgement);
  std::map<std::string, const BackTestRun*> runs;
  for (const BackTestRun& run : report.test.runs) {
    if (report.since && run.started < *report.since) continue;
    runs.emplace(run.key, &run);
    if (run.failing.empty() || !red.contains(run.key)) continue;
    ++known.red;
    known.wrong += wrong.contains(run.key);
  }
  TRY(const std::vector<Incident> incidents, store::incidents(store));
  for (const Incident& incident : incidents) {
    const auto run = runs.find(incident.opened_by);
    if (run == runs.end()) continue;
    ++known.incidents;
    known.found += std::ranges::any_of(run->second->failing, [&](const Finding& finding) {
      return gate::is_about(incident, finding);
    });
  }
  return known;
}

}  // namespace

Result<Exit> check_history(const BackTestOptions& asked, Env& env) {
  CHECKED(check_options(asked));
  TRY(const Settings settings, load_settings(asked.shared, env));
  TRY(const std::optional<Settings> other, other_settings(asked, env));
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  BackTestOptions options = asked;
  BackTestReport report{.format = asked.shared.format};
  if (!asked.since.empty()) {
    auto since = store::span_of(asked.since, env.now());
    if (!since) return fail(Code::usage, "--since: " + since.error().message, since.error().hint);
    report.since = since->begin;
  }
  TRY(report.branch, branch_with_runs(asked.judging.branch, settings.policy, *store, env));
  TRY(const BackTestScope scope, scope_of(report.branch, *store));
  if (options.judging.rolling < 0 && settings.policy.baseline.rolling == 0 && !scope.promoted) {
    options.judging.rolling = usual_window;
    report.held_against = fmt::format(
        "no run of this branch was ever promoted: each is held against the last {} that did not "
        "fail (--rolling)",
        usual_window);
  }
  {
    Progress progress(env, asked.shared.quiet, "judging runs again", scope.runs * (other ? 2 : 1));
    BackTest tests[2];
    CHECKED(parallel_for(other ? 2 : 1, 2, [&](std::size_t i) -> Result<void> {
      TRY(tests[i], back_test(report.branch, options, i == 0 ? settings : *other, *store, env,
                              [&] { progress.add(); }));
      return {};
    }));
    report.test = std::move(tests[0]);
    if (other) report.against = std::move(tests[1]);
  }
  if (report.test.runs.empty())
    return fail(Code::usage,
                fmt::format("no run of branch `{}` is of a host class that matches `{}`",
                            safe_text(report.branch, 100), safe_text(options.host_class, 100)),
                "`perfgate history stats` shows the hosts there are");
  TRY(report.on_record, on_record(report, *store));
  env.out(print_back_test(report));
  return Exit::pass;
}

}  // namespace perfgate::cli
