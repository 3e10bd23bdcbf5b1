#include "cli/trial/confirming.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "cli/trial/by_turns.hpp"
#include "gate/suspicion.hpp"
#include "sys/directory.hpp"
#include "sys/git.hpp"

namespace perfgate::cli {
namespace {

bool suspected(const Finding& finding, const FirstLook& first, const Policy& policy) {
  return gate::is_suspicion(finding, first.given.run, policy, first.judging.fail_on == "warn");
}

/// What was seen at first, in words.
std::string seen(const FirstLook& first, const Policy& policy) {
  int failed = 0, open = 0;
  double worst = 0;
  std::vector<std::string> parts;
  const Judgement& judgement = first.judged.judgement;
  for (const Finding& finding : judgement.findings) {
    if (!suspected(finding, first, policy)) continue;
    if (!finding.comparison) {
      parts.emplace_back("the baseline was measured on another class of host");
      continue;
    }
    ++(finding.verdict == Verdict::inconclusive ? open : failed);
    const double change = finding.comparison->change;
    if (std::abs(change) > std::abs(worst)) worst = change;
  }
  if (failed > 0) parts.push_back(counted(failed, "comparison") + " failed");
  if (open > 0) parts.push_back(counted(open, "comparison is", "comparisons are") + " not decided");
  return fmt::format("{}{}", fmt::join(parts, ", "),
                     failed + open > 0 ? fmt::format(" (by up to {:.2f} %, {})",
                                                     100 * std::abs(worst), judgement.experiment)
                                       : "");
}

Result<CommitsAsked> commits_of(const Run& run, const Run& base, const Settings& settings,
                                Env& env) {
  if (base.commit.sha.empty())
    return fail(Code::git, "the baseline names no commit", "promote a run of a commit");
  if (base.commit.dirty)
    return fail(Code::git, "the baseline was measured with changes that no commit holds",
                "promote a run of a clean commit");
  TRY(const auto here, sys::read_commit(settings.project_directory, env.environment));
  if (!here || here->sha != run.commit.sha)
    return fail(Code::git, "the run names another commit than the one that is checked out",
                "measure what is checked out");
  return CommitsAsked{
      .base = base.commit.sha, .head = here->dirty ? "." : "HEAD", .suites = SuitesOf::each};
}

/// Twice as many rounds as launches were asked for; never fewer than decide most changes of 5 %.
int rounds_for(const Sides& sides) {
  constexpr int fewest = 12, most = 30;
  int launches = 1;
  for (const measure::Suite& suite : sides.trial.head.front())
    launches = std::max(launches, suite.repetitions);
  return std::clamp(2 * launches, fewest, most);
}

/// Whether all could be measured by turns.
Result<void> whole(const ByTurns& done) {
  if (done.ended == measure::Ended::interrupted)
    return fail(Code::interrupted, "interrupted while both were measured by turns", "");
  for (const Run* run : {&done.judged.base, &done.judged.head})
    for (const Note& note : run->notes)
      if (note.severity == Severity::error)
        return fail(note.code.value_or(Code::nothing_measured), note.text, "");
  return {};
}

}  // namespace

Result<void> forget_rounds(const std::string& directory) {
  for (const std::string_view side : {"base", "head"})
    CHECKED(sys::remove_with_directory(below(directory, side), "run.json"));
  return {};
}

bool is_suspected(const FirstLook& first, const Policy& policy) {
  return std::ranges::any_of(first.judged.judgement.findings, [&](const Finding& finding) {
    return suspected(finding, first, policy);
  });
}

Result<void> look_again_by_turns(const FirstLook& first, const MeasureOptions& measuring,
                                 const Shared& shared, const Settings& settings,
                                 const std::string& directory, Env& env) {
  const Run& run = first.given.run;
  if (!measuring.command.empty())
    return fail(Code::usage, "one command was given, which has no other side",
                "write it into perfgate.toml as a [[suite]]");
  TRY(const CommitsAsked asked, commits_of(run, *first.judged.base, settings, env));
  measure::Progress progress(
      {.write = env.err, .terminal = env.err_is_terminal, .width = env.width}, verbosity(shared));
  const std::string suspicion = seen(first, settings.policy);
  progress.say(
      fmt::format("{}: measuring both commits again by turns, to tell the code from the "
                  "machine (--no-turns leaves it at that)",
                  suspicion));
  Sides sides;
  TRY(sides.trial, trial_of({}, env));
  sides.known.id = run.id;
  CHECKED(commits_as_sides(sides, asked, measuring, settings, env, progress));
  sides.trial.max_rounds = rounds_for(sides);
  if (const auto seconds = settings.policy.turns_budget_seconds)
    sides.trial.budget = nanoseconds_of(*seconds);
  TRY(ByTurns done,
      measure_by_turns(sides, settings, directory, first.judging.fail_on, env, progress));
  CHECKED(whole(done));
  add_remarks(done.judged);

  auto& [base, head, judgement] = done.judged;
  head.attempt = base.attempt = run.attempt;
  head.commit = run.commit;
  base.commit = first.judged.base->commit;
  TRY(const std::string base_path, write_run_file(below(directory, "base"), base));
  TRY(const std::string head_path, write_run_file(below(directory, "head"), head));
  if (!shared.quiet) env.err(fmt::format("perfgate: wrote {}, {}\n", base_path, head_path));
  head.notes.push_back(
      {.severity = Severity::warning,
       .text = fmt::format("{}. Both commits were measured again by turns, {}, and this is what "
                           "that says",
                           suspicion, counted(done.rounds, "round"))});
  first.given.run = std::move(head);
  first.judging.baseline = base_path;
  first.judging.confirm.clear();
  return {};
}

Note not_looked_again(const Error& error) {
  return {.severity = Severity::warning,
          .text = fmt::format(
              "the verdict stands as it was measured; both commits could not be measured again by "
              "turns, which tells the code from the machine: {}{}",
              error.message, error.hint.empty() ? "" : " (" + error.hint + ")")};
}

}  // namespace perfgate::cli
