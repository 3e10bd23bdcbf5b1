#include "cli/trial/by_turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/settings_from.hpp"
#include "cli/trial/ab_sides.hpp"
#include "config/project.hpp"
#include "sys/git.hpp"

namespace perfgate::cli {
namespace {

using Suites = std::vector<measure::Suite>;

/// The settings with the project that stands in a work tree at `path`; nothing where there is none
/// that can be read.
std::optional<Settings> settings_at(const std::string& path, const sys::Checkout& checkout,
                                    const Settings& settings, measure::Progress& progress) {
  const std::string file = below(below(path, checkout.prefix), settings.project.origin);
  const auto text = read_from_disk(file);
  if (!text || !*text) return std::nullopt;
  auto project = config::read_project(**text, settings.project.origin);
  if (!project) {
    progress.say("base is measured as the work tree has the suites: " + project.error().message);
    return std::nullopt;
  }
  Settings there = settings;
  there.project = *std::move(project);
  return there;
}

/// Puts base's suites into head's order. Errors: Code::config, where the two do not have the same:
/// what only one side has could not be judged.
Result<void> pair_up(Suites& base, const Suites& head) {
  Suites ordered;
  for (const measure::Suite& suite : head) {
    const auto same = std::ranges::find_if(base, [&](const measure::Suite& one) {
      return one.name == suite.name && one.harness == suite.harness;
    });
    if (same != base.end()) ordered.push_back(*same);
  }
  if (ordered.size() != head.size() || base.size() != head.size())
    return fail(Code::config, "the perfgate.toml of the two commits do not have the same suites",
                "where suites come and go, their first baseline is that of the commit that did it");
  base = std::move(ordered);
  return {};
}

std::string how_it_ended(const measure::Experimented& done) {
  switch (done.ended) {
    case measure::Ended::decided:
      return fmt::format("all decided after {} rounds", done.rounds);
    case measure::Ended::rounds:
      return fmt::format("all {} rounds are done", done.rounds);
    case measure::Ended::budget:
      return fmt::format("the budget is used up after {} rounds", done.rounds);
    case measure::Ended::failed:
      return "no suite could be measured any further";
    case measure::Ended::interrupted:
      return fmt::format("interrupted after {} whole rounds", done.rounds);
  }
  return "";
}

}  // namespace

Result<void> commits_as_sides(Sides& sides, const CommitsAsked& asked,
                              const MeasureOptions& measuring, const Settings& settings, Env& env,
                              measure::Progress& progress) {
  if (!settings.has_project)
    return fail(Code::config, "there is no perfgate.toml here that says what to measure",
                "write one with a [[suite]] (harness, command, setup), or name it: --config PATH");
  TRY(const sys::Checkout checkout,
      sys::read_checkout(settings.project_directory, env.environment));
  TRY(const sys::Revision base, sys::read_revision(checkout, asked.base, env.environment));
  TRY(const sys::Revision head, sys::read_revision(checkout, asked.head, env.environment));
  TRY(sides.trial.surroundings, sameness_of(checkout, base, head, env));
  sides.known.base = {.sha = base.sha, .dirty = base.changed};
  sides.known.head = {.sha = head.sha, .dirty = head.changed};
  if (const auto here = sys::read_commit(checkout.root, env.environment);
      here && *here && (*here)->sha == head.sha)
    sides.known.head.branch = (*here)->branch;

  const bool each = asked.suites == SuitesOf::each;
  progress.say(fmt::format(
      "base {} against head {}, {}", shown(base), shown(head),
      each ? fmt::format("each with the suites of its {}", settings.project.origin)
           : fmt::format("as {} of the work tree has the suites", settings.project.origin)));
  if (checkout.changed && !head.changed && !base.changed)
    progress.say(
        "the work tree has changes, which are not measured: `.` in place of HEAD measures them");
  if (head.changed)
    progress.say("files of the work tree that git does not track are not part of it");
  if (base.tree == head.tree)
    progress.say("both are the same commit: whatever shows here is noise (A/A)");

  TRY(sys::Worktrees worktrees,
      sys::Worktrees::make(checkout, temporary_directory(env), env.environment));
  sides.worktrees.emplace(std::move(worktrees));
  std::vector<std::string> doubts;
  for (int build = 0; build < asked.builds; ++build) {
    const std::string number = asked.builds > 1 ? fmt::format("-{}", build) : "";
    const auto check_out = [&](const sys::Revision& revision, const std::string& name,
                               bool own) -> Result<Suites> {
      TRY(const std::string path, checked_out(*sides.worktrees, revision, name + number, doubts));
      std::optional<Settings> there;
      if (own) there = settings_at(path, checkout, settings, progress);
      TRY(Suites suites, suites_below(path, checkout, measuring, there ? *there : settings));
      if (asked.builds > 1) tell_build(suites, build);
      return suites;
    };
    TRY(Suites of_base, check_out(base, "base", each));
    TRY(Suites of_head, check_out(head, "head", false));
    if (each) CHECKED(pair_up(of_base, of_head));
    sides.trial.base.push_back(std::move(of_base));
    sides.trial.head.push_back(std::move(of_head));
  }
  for (const std::string& doubt : doubts) progress.say(doubt);
  sides.again = fmt::format("perfgate ab {} {}", base.sha.substr(0, 10), head.sha.substr(0, 10));
  return {};
}

Result<ByTurns> measure_by_turns(Sides& sides, const Settings& settings,
                                 const std::string& directory, const std::string& fail_on, Env& env,
                                 measure::Progress& progress) {
  CHECKED(check_sides(sides.trial, directory, env, progress));
  Run here;
  CHECKED(describe_here(here, settings, env));
  sides.known.fingerprint = here.fingerprint;
  if (!sides.worktrees) sides.known.base = sides.known.head = here.commit;

  measure::Conditions conditions = conditions_of(env);
  conditions.environment = sys::without_git(std::move(conditions.environment));
  if (sides.worktrees) conditions.temporary = sides.worktrees->folder();
  const auto after_look =
      [&](const measure::PairedRuns& runs) -> Result<std::vector<measure::Undecided>> {
    TRY(const JudgedSides judged, judge_sides(runs, sides.known, settings, fail_on, env));
    return undecided_of(judged, settings);
  };
  TRY(const measure::Experimented done,
      measure::experiment(sides.trial, conditions, after_look, progress));
  progress.say(how_it_ended(done));
  sides.worktrees.reset();
  ByTurns result{.judged = {}, .ended = done.ended, .rounds = done.rounds};
  TRY(result.judged, judge_sides(done.runs, sides.known, settings, fail_on, env));
  return result;
}

}  // namespace perfgate::cli
