#include "cli/judging.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "store/history.hpp"
#include "store/stored.hpp"

namespace perfgate::cli {
namespace {

/// The violation began when the judgement before this one says so, or with this run.
void date_violations(Judgement& judgement, const std::optional<Judgement>& before, Time started) {
  for (Finding& finding : judgement.findings) {
    if (!finding.limit || finding.reason != Reason::limit_violated) continue;
    finding.limit->since = started;
    if (!before) continue;
    for (const Finding& old : before->findings) {
      const bool same = old.reason == Reason::limit_violated && old.limit &&
                        old.limit->kind == finding.limit->kind && old.suite == finding.suite &&
                        old.benchmark == finding.benchmark && old.metric == finding.metric &&
                        old.headline == finding.headline;
      if (same && old.limit->since) finding.limit->since = *old.limit->since;
    }
  }
}

}  // namespace

void add_judging(CLI::App& app, JudgeOptions& options) {
  app.add_option("--baseline", options.baseline,
                 "run.json (or perf.json) to compare with, instead of the store's baseline");
  app.add_option("--branch", options.branch, "whose baseline (default: the base branch)");
  app.add_option("--fail-on", options.fail_on, "`warn`: warnings fail too")
      ->check(CLI::IsMember({"warn", "fail"}));
}

std::vector<std::string> baseline_branches(const std::string& asked, const Run& run,
                                           const Policy& policy, const Env& env) {
  if (!asked.empty()) return {asked};
  std::vector<std::string> branches;
  const auto add = [&](const std::string& branch) {
    if (!branch.empty() && std::ranges::find(branches, branch) == branches.end())
      branches.push_back(branch);
  };
  add(sys::variable(env.environment, "GITHUB_BASE_REF"));
  for (const std::string& glob : policy.promotion.branches)
    if (glob_matches(glob, run.commit.branch)) add(run.commit.branch);
  for (const std::string& glob : policy.promotion.branches)
    if (glob.find_first_of("*?[") == glob.npos) add(glob);
  return branches;
}

Result<Judged> judge_given(const Given& given, const JudgeOptions& options,
                           const Settings& settings, const store::Store& store, Env& env) {
  const Run& run = given.run;
  const Policy& policy = settings.policy;
  Judged result;
  gate::Reference reference;
  const auto branches = baseline_branches(options.branch, run, policy, env);
  result.branch = branches.empty() ? run.commit.branch : branches.front();

  if (!options.baseline.empty()) {
    TRY(Given base, read_run_or_perf(options.baseline, settings));
    result.base = std::move(base.run);
    reference = {&*result.base, BaselineState::given, base.printed};
  } else {
    const std::string host = gate::host_class(run.fingerprint, policy.host_class);
    for (const std::string& branch : branches) {
      TRY(result.base, store::baseline(store, branch, host));
      // A baseline of another host class is not compared with, but its differences are told.
      if (!result.base) {
        TRY(result.base, store::any_baseline(store, branch));
      }
      if (!result.base) continue;
      result.branch = branch;
      reference = {&*result.base, BaselineState::active};
      break;
    }
  }
  TRY(result.judgement, gate::judge(run, reference, policy, given.printed));
  // A run that was only read from a file has no record to refer to.
  const std::string key = store::Stored<Run>::key(run);
  TRY(const auto records, store.list({.kind = Kind::run, .key = key, .limit = 1}));
  if (!records.empty()) result.judgement.run = key;
  if (given.printed) gate::add_reported(given.perf, result.judgement);
  gate::conclude(result.judgement, policy, options.fail_on == "warn");
  TRY(const std::optional<Judgement> before, store::last_judgement(store, run.commit.branch));
  date_violations(result.judgement, before, run.started);
  return result;
}

Result<void> keep_judgement(const Judged& judged, const Given& given, const Settings& settings,
                            const std::string& directory, store::Store* store, Env& env,
                            bool quiet) {
  if (!directory.empty()) {
    TRY(const std::string judgement_path, write_judgement_file(directory, judged.judgement));
    TRY(const auto perf_path, write_perf_file(directory, given.run, &judged.judgement, settings));
    if (!quiet)
      env.err(fmt::format("perfgate: wrote {}{}\n", judgement_path,
                          perf_path ? ", " + *perf_path : ""));
  }
  if (!store) return {};
  if (const auto saved = store::save_judgement(*store, judged.judgement, env.now()); !saved)
    env.err(fmt::format("perfgate: {}: the judgement was not kept: {}\n",
                        to_text(saved.error().code), safe_text(saved.error().message, 500)));
  return {};
}

}  // namespace perfgate::cli
