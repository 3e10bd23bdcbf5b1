#include "cli/gating/judging.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/audit/age.hpp"
#include "cli/gating/advisory.hpp"
#include "gate/design.hpp"
#include "gate/incidents.hpp"
#include "gate/pool.hpp"
#include "gate/waivers.hpp"
#include "store/history.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

/// The violation began with its incident; else when the judgement before this one says so, or with
/// this run.
void date_violations(Judgement& judgement, const std::optional<Judgement>& before,
                     const std::vector<Incident>& incidents, Time started) {
  for (Finding& finding : judgement.findings) {
    if (!finding.limit || finding.reason != Reason::limit_violated) continue;
    finding.limit->since = started;
    if (before)
      for (const Finding& old : before->findings) {
        const bool same = old.reason == Reason::limit_violated && old.limit &&
                          old.limit->kind == finding.limit->kind && old.suite == finding.suite &&
                          old.benchmark == finding.benchmark && old.metric == finding.metric &&
                          old.headline == finding.headline;
        if (same && old.limit->since) finding.limit->since = *old.limit->since;
      }
    for (const Incident& incident : incidents)
      if (gate::is_about(incident, finding) && incident.opened <= started)
        finding.limit->since = incident.opened;
  }
}

/// What is compared with, and the runs that it refers to.
struct Found {
  std::optional<Run> base, anchor;
  std::vector<Run> window, confirmations;
  gate::Reference reference;
  std::string branch;
  std::optional<BaseCommit> base_commit;

  /// Whether a commit is behind the change, as far as that is asked.
  bool is_behind(const std::string& commit) const {
    return !base_commit || commit.empty() || base_commit->holds(commit);
  }
};

/// Whether two runs measured a suite in common: suites that are measured in jobs of their own share
/// branch and host class, and are not held against each other.
bool share_a_suite(const Run& one, const Run& other) {
  if (one.suites.empty() || other.suites.empty()) return true;
  return std::ranges::find_first_of(one.suites, other.suites) != one.suites.end();
}

Result<void> find_rolling(Found& found, int count, const std::vector<std::string>& branches,
                          const Run& run, const std::string& host, const Policy& policy,
                          const store::Store& store) {
  found.reference.rolling = count;
  for (const std::string& branch : branches) {
    const auto last = [&](bool behind) {
      const auto fits = [&](const Run& other) {
        return share_a_suite(run, other) &&
               gate::host_class(other.fingerprint, policy.host_class) == host &&
               (!behind || found.is_behind(other.commit.sha));
      };
      return store::last_good_runs(store, branch, fits, static_cast<std::size_t>(count),
                                   run.started, run.id);
    };
    const bool behind = found.base_commit && found.base_commit->branch == branch;
    TRY(std::vector<Run> runs, last(behind));
    if (runs.empty() && behind) {
      TRY(runs, last(false));
    }
    if (runs.empty()) continue;
    found.base = gate::pool(runs);
    found.reference.state = BaselineState::active;
    for (const Run& one : runs) found.reference.pooled.push_back(one.id);
    found.branch = branch;
    std::ranges::reverse(runs);
    found.window = std::move(runs);
    return {};
  }
  return {};
}

Result<void> find_promoted(Found& found, const std::vector<std::string>& branches,
                           const std::string& host, const store::Store& store) {
  for (const std::string& branch : branches) {
    std::optional<Baseline> active;
    if (found.base_commit && found.base_commit->branch == branch) {
      TRY(const std::vector<Baseline> all, store::promotions(store));
      active = promotion_before(all, *found.base_commit, host);
    }
    if (!active) {
      TRY(active, store::active_promotion(store, branch, host));
    }
    // A baseline of another host class is not compared with, but its differences are told.
    if (!active) {
      TRY(active, store::any_promotion(store, branch));
    }
    if (!active) continue;
    TRY(found.base, store::run_of(store, *active));
    found.reference.state = BaselineState::active;
    found.reference.key = store::Stored<Baseline>::key(*active);
    found.branch = branch;
    return {};
  }
  return {};
}

/// How the baseline lies to the commit that the change was made from.
Result<void> tell_distance(Found& found, Time started, const Policy& policy, const Env& env,
                           std::vector<Note>& notes) {
  TRY(const Distance distance, distance_of(*found.base, *found.base_commit, policy, env));
  found.reference.distance = distance.text;
  found.reference.too_far = distance.too_far;
  if (!distance.elsewhere) return {};
  constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
  const std::string& commit = found.base->commit.sha;
  const std::int64_t days = (started.unix_ms - found.base->started.unix_ms) / day_ms;
  notes.push_back(
      {.severity = Severity::warning,
       .text = fmt::format("the baseline is none of the commits that this change was made from: "
                           "commit {}, measured {} ({} days before), is {}. What it shows may be "
                           "what others changed: promote runs of the branch oftener, or bring the "
                           "change up to date",
                           commit.empty() ? "unknown" : commit.substr(0, 10),
                           date_text(found.base->started), days, distance.text)});
  return {};
}

/// The anchor that the policy names, or else the newest. The name of one that is not there is kept,
/// without a run.
Result<void> find_anchor(Found& found, const std::vector<std::string>& branches,
                         const std::string& host, const Policy& policy, const store::Store& store) {
  if (!policy.baseline.drift_budget) return {};
  found.reference.anchor.name = policy.baseline.anchor;
  for (const std::string& branch : branches) {
    TRY(const std::vector<Baseline> anchors, store::anchors(store, branch, host));
    for (auto anchor = anchors.rbegin(); anchor != anchors.rend(); ++anchor) {
      if (!policy.baseline.anchor.empty() && anchor->name != policy.baseline.anchor) continue;
      TRY(found.anchor, store::run_of(store, *anchor));
      found.reference.anchor.name = anchor->name;
      return {};
    }
  }
  return {};
}

/// Another run of the same commit says something new if another instance measured it, or, where
/// that is not known, another attempt.
bool is_another(const Run& run, const Run& other) {
  const auto& here = run.fingerprint.instance;
  const auto& there = other.fingerprint.instance;
  if (here && there) return *here != *there;
  return run.id != other.id || run.attempt != other.attempt;
}

/// Of a promoted baseline: the good runs before this one, oldest first.
Result<void> find_window(Found& found, const Run& run, const std::string& host,
                         const Policy& policy, const store::Store& store) {
  const auto fits = [&](const Run& other) {
    return share_a_suite(run, other) &&
           gate::host_class(other.fingerprint, policy.host_class) == host &&
           (other.commit.sha.empty() || other.commit.sha != run.commit.sha) &&
           found.is_behind(other.commit.sha);
  };
  TRY(found.window,
      store::last_good_runs(store, found.branch, fits,
                            static_cast<std::size_t>(policy.baseline.window), run.started, run.id));
  std::ranges::reverse(found.window);
  return {};
}

/// Changes that somebody accepted: runs from before them say nothing of the level now.
Result<void> find_accepted(Found& found, const std::vector<Waiver>& waivers,
                           const store::Store& store) {
  for (const Waiver& waiver : waivers)
    if (waiver.created && glob_matches(waiver.branch, found.branch))
      found.reference.accepted.push_back({.suite = waiver.suite,
                                          .benchmark = waiver.benchmark,
                                          .metric = waiver.metric,
                                          .at = *waiver.created});
  TRY(const std::vector<Incident> accepted,
      store::incidents(store, {.terms = {{"branch", found.branch}, {"state", "accepted"}}}));
  for (const Incident& incident : accepted) {
    if (incident.limit) continue;
    const bool headline = !incident.headline.empty();
    const auto or_all = [](const std::string& name) { return name.empty() ? "*" : name; };
    found.reference.accepted.push_back(
        {.suite = incident.suite.text(),
         .benchmark = or_all(headline ? incident.headline : incident.benchmark),
         .metric = headline ? "headline" : or_all(incident.metric.text()),
         .at = incident.opened});
  }
  return {};
}

/// Other runs of the commit, which must agree before it fails: those of the store, and those given.
Result<void> find_confirmations(Found& found, const std::vector<std::string>& files, const Run& run,
                                const std::string& host, const Policy& policy,
                                const store::Store& store) {
  for (const std::string& file : files) {
    TRY(Run other, read_run_file(file));
    const auto refuse = [&](std::string_view what, std::string hint) {
      return fail(Code::usage, fmt::format("{}: it confirms nothing: {}", file, what),
                  std::move(hint));
    };
    if (other.commit.sha != run.commit.sha)
      return refuse("it is a run of another commit", "measure the same commit once more");
    if (gate::host_class(other.fingerprint, policy.host_class) != host)
      return refuse("it was measured on another class of host",
                    "measure again on a machine of the same kind");
    if (!is_another(run, other))
      return refuse("it was measured by the same instance as the run itself",
                    "measure again on a fresh instance: another job, another boot");
    found.confirmations.push_back(std::move(other));
  }
  if (run.commit.sha.empty() || run.commit.dirty) return {};
  constexpr std::size_t most = 10;
  const auto fits = [&](const Run& other) {
    const bool given = std::ranges::any_of(found.confirmations, [&](const Run& one) {
      return one.id == other.id && one.attempt == other.attempt;
    });
    const bool itself = other.id == run.id && other.attempt == run.attempt;
    return !given && !itself && !other.commit.dirty && is_another(run, other) &&
           share_a_suite(run, other) &&
           gate::host_class(other.fingerprint, policy.host_class) == host;
  };
  TRY(std::vector<Run> kept,
      store::runs_of_commit(store, run.commit.branch, run.commit.sha, fits, most));
  std::ranges::move(kept, std::back_inserter(found.confirmations));
  return {};
}

/// A waiver that matches nothing is dead only where everything was measured.
bool is_partial(const Given& given, const Project& project) {
  if (given.printed) return true;
  return std::ranges::any_of(project.suites, [&](const ProjectSuite& suite) {
    return std::ranges::find(given.run.suites, Symbol(suite.name)) == given.run.suites.end();
  });
}

}  // namespace

void add_judging(CLI::App& app, JudgeOptions& options) {
  app.add_option("--baseline", options.baseline,
                 "run.json (or perf.json) to compare with, instead of the store's baseline");
  app.add_option("--branch", options.branch, "whose baseline (default: the base branch)");
  app.add_option("--rolling", options.rolling,
                 "compare with the last N runs that did not fail; 0: with the promoted one")
      ->check(CLI::Range(0, 1000));
  app.add_option("--confirm", options.confirm,
                 "run.json of the same commit, measured on another instance: all must agree before "
                 "it fails (repeatable)");
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
  const auto branches = baseline_branches(options.branch, run, policy, env);
  const std::string host = gate::host_class(run.fingerprint, policy.host_class);
  const int rolling = options.rolling < 0 ? policy.baseline.rolling : options.rolling;
  Found found{.branch = branches.empty() ? run.commit.branch : branches.front()};
  std::vector<Note> notes;
  if (options.baseline.empty())
    found.base_commit = find_base_commit(run, options.base_search, policy, env, notes);
  if (!options.baseline.empty()) {
    TRY(Given base, read_run_or_perf(options.baseline, settings));
    found.base = std::move(base.run);
    found.reference.state = BaselineState::given;
    found.reference.printed = base.printed;
  } else if (rolling > 0) {
    CHECKED(find_rolling(found, rolling, branches, run, host, policy, store));
  } else {
    CHECKED(find_promoted(found, branches, host, store));
  }
  if (found.base_commit && found.base_commit->branch != found.branch) found.base_commit.reset();
  if (found.base && found.base_commit)
    CHECKED(tell_distance(found, run.started, policy, env, notes));
  CHECKED(find_anchor(found, branches, host, policy, store));
  if (found.base && !gate::one_experiment(run, *found.base)) {
    const bool together = rolling <= 0 && gate::one_session(run, *found.base);
    if (options.baseline.empty() && !together) {
      if (rolling <= 0) CHECKED(find_window(found, run, host, policy, store));
      CHECKED(find_accepted(found, settings.waivers, store));
    }
    CHECKED(find_confirmations(found, options.confirm, run, host, policy, store));
  }
  found.reference.window = found.window;
  found.reference.confirmations = found.confirmations;
  if (found.base) found.reference.run = &*found.base;
  if (found.anchor) found.reference.anchor.run = &*found.anchor;

  Judged result{.branch = found.branch};
  TRY(result.judgement, gate::judge(run, found.reference, policy, given.printed));
  result.base = std::move(found.base);
  Judgement& judgement = result.judgement;
  std::ranges::move(notes, std::back_inserter(judgement.notes));
  if (!options.confirm.empty() && judgement.design && *judgement.design != Design::window &&
      *judgement.design != Design::two_runners)
    judgement.notes.push_back(
        {.severity = Severity::warning,
         .text =
             fmt::format("--confirm changes nothing here: the two were {}", judgement.experiment)});
  const std::string key = store::Stored<Run>::key(run);
  TRY(const auto kept, store.list({.kind = Kind::run, .key = key, .limit = 1}));
  if (!kept.empty()) judgement.run = key;
  if (given.printed) gate::add_reported(given.perf, judgement);
  gate::apply_waivers(judgement, run, settings.waivers, run.commit.branch, env.now(),
                      is_partial(given, settings.project));
  gate::conclude(judgement, policy, options.fail_on == "warn");
  apply_advisory(judgement, run, settings, env);
  TRY(const std::optional<Judgement> before, store::last_judgement(store, run.commit.branch));
  TRY(const std::vector<Incident> open,
      store::incidents(store, {.terms = {{"branch", run.commit.branch}, {"state", "open"}}}));
  date_violations(judgement, before, open, run.started);
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
  const auto changes = [&](const std::vector<Incident>& known) {
    return gate::incident_changes(known, judged.judgement,
                                  store::Stored<Judgement>::key(judged.judgement), settings.policy,
                                  given.run.started);
  };
  if (const auto saved = store::save_judgement(*store, judged.judgement, env.now(), changes);
      !saved)
    env.err(fmt::format("perfgate: {}: the judgement was not kept: {}\n",
                        to_text(saved.error().code), safe_text(saved.error().message, 500)));
  warn_of_old_audit(*store, settings.policy, env);
  return {};
}

}  // namespace perfgate::cli
