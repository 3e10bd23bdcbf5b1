#include "measure/bisect.hpp"
#include "base/percent.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/new_run.hpp"
#include "cli/trial/ab_judging.hpp"
#include "cli/trial/ab_sides.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"
#include "sys/lock.hpp"

namespace perfgate::cli {
namespace {

using measure::Bisection;
using measure::Standing;

struct Options {
  Shared shared;
  TrialOptions trial;
  MeasureOptions measuring;
  std::string good, bad, benchmark = "*";
  bool go_on = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("GOOD", options.good, "a commit that was quick enough")->required();
  app.add_option("BAD", options.bad, "one that is not, made from it (default: HEAD)");
  app.add_option("--benchmark", options.benchmark,
                 "which to look at (a glob): the one of them that became slowest is searched for "
                 "(default: all)");
  app.add_flag("--continue", options.go_on, "go on with the search that --out holds");
  app.add_option("--suite", options.measuring.suites, "only these suites (globs)")
      ->take_all()
      ->allow_extra_args(false);
  add_trial(app, options.trial);
  app.add_option("--timeout", options.measuring.timeout, "of each launch, e.g. \"10 min\"");
  add_config(app, options.shared);
  add_out(app, options.shared, "folder for bisect.json (default: perfgate-bisect)");
  add_verbosity(app, options.shared);
}

/// A text as a glob that matches it alone.
std::string literally(const std::string& text) {
  std::string glob;
  for (const char c : text) {
    if (std::string_view("*?[\\").find(c) != std::string_view::npos) glob += '\\';
    glob += c;
  }
  return glob;
}

std::string percents(const measure::Change& change) {
  return fmt::format("{} ({} to {})", percent(change.estimate), percent(change.low),
                     percent(change.high));
}

class Search {
 public:
  Search(const Options& options, const Settings& settings, sys::Checkout checkout,
         sys::Worktrees worktrees, measure::Trial trial, Bisection state, std::string path,
         measure::Progress& progress, Env& env)
      : options_(options),
        settings_(settings),
        checkout_(std::move(checkout)),
        worktrees_(std::move(worktrees)),
        trial_(std::move(trial)),
        state_(std::move(state)),
        path_(std::move(path)),
        progress_(progress),
        env_(env),
        conditions_(conditions_of(env)) {
    conditions_.environment = sys::without_git(std::move(conditions_.environment));
    conditions_.temporary = worktrees_.folder();
    conditions_.lock_directories.clear();  // the host is ours for the whole search
  }

  /// Nothing: bad is not shown to be worse; what was seen stands in `seen`.
  Result<bool> compare_ends(std::string& seen);
  Result<void> narrow();
  Result<void> size_it();
  const Bisection& state() const { return state_; }
  std::string title(const std::string& sha) const {
    return sys::title_of(checkout_, sha, env_.environment);
  }

 private:
  Result<std::vector<measure::Suite>> suites_at(const std::string& sha);
  Result<measure::Experimented> compare(const std::string& base, const std::string& head,
                                        const measure::AfterLook& after_look);
  Result<void> test(const std::string& sha);
  Result<void> save() const;
  void forget_all_but_ends();
  std::string before() const;

  const Options& options_;
  const Settings& settings_;
  sys::Checkout checkout_;
  sys::Worktrees worktrees_;
  measure::Trial trial_;
  Bisection state_;
  std::string path_;
  measure::Progress& progress_;
  Env& env_;
  measure::Conditions conditions_;
  std::map<std::string, std::string> folders_;  // of commits that are checked out
  std::set<std::string> built_;
  std::int64_t comparisons_ = 0;
};

Result<void> Search::save() const { return sys::write_file_atomic(path_, to_json(state_)); }

Result<std::vector<measure::Suite>> Search::suites_at(const std::string& sha) {
  if (!folders_.contains(sha)) {
    TRY(folders_[sha], worktrees_.add(sha.substr(0, 16), sha));
    for (const std::string& doubt : worktrees_.doubts(folders_[sha])) progress_.detail(doubt);
  }
  TRY(std::vector<measure::Suite> suites,
      suites_below(folders_[sha], checkout_, options_.measuring, settings_));
  if (built_.contains(sha))
    for (measure::Suite& suite : suites) suite.setup.clear();
  return suites;
}

Result<measure::Experimented> Search::compare(const std::string& base, const std::string& head,
                                              const measure::AfterLook& after_look) {
  measure::Trial trial = trial_;
  trial.seed = state_.seed + static_cast<std::int64_t>(state_.tested.size()) + comparisons_++;
  trial.only = state_.only;
  if (!state_.suite.empty()) {
    trial.only = literally(state_.benchmark);
    trial.wanted = {{.suite = state_.suite, .benchmark = state_.benchmark}};
  }
  TRY(auto of_base, suites_at(base));
  TRY(auto of_head, suites_at(head));
  trial.base.push_back(std::move(of_base));
  trial.head.push_back(std::move(of_head));
  TRY(measure::Experimented done, measure::experiment(trial, conditions_, after_look, progress_));
  if (done.ended == measure::Ended::interrupted) {
    CHECKED(save());
    return fail(Code::interrupted, "the search was interrupted",
                fmt::format("perfgate bisect ... --continue goes on with {}", path_));
  }
  const bool set_up = std::ranges::none_of(
      done.runs.head.notes, [](const Note& note) { return note.code == Code::setup_failed; });
  if (set_up) built_.insert({base, head});
  return done;
}

const Note* first_error(const Run& run) {
  const auto found = std::ranges::find(run.notes, Severity::error, &Note::severity);
  return found == run.notes.end() ? nullptr : &*found;
}

Result<bool> Search::compare_ends(std::string& seen) {
  SidesKnown known{.base = {.sha = state_.good}, .head = {.sha = state_.bad}};
  Settings settings = settings_;
  settings.project.headlines.clear();  // about benchmarks, not about figures made of them
  settings.policy.expected.clear();
  const auto after_look =
      [&](const measure::PairedRuns& runs) -> Result<std::vector<measure::Undecided>> {
    TRY(const JudgedSides judged, judge_sides(runs, known, settings, "", env_));
    return undecided_of(judged, settings);
  };
  TRY(const measure::Experimented done, compare(state_.good, state_.bad, after_look));
  if (const Note* error = first_error(done.runs.head); error && done.rounds == 0)
    return fail(error->code.value_or(Code::process_failed),
                fmt::format("GOOD and BAD could not be compared: {}", error->text),
                "both must build and run; `perfgate ab GOOD BAD` shows more");
  TRY(const JudgedSides judged, judge_sides(done.runs, known, settings, "", env_));
  for (const Finding& finding : judged.judgement.findings) {
    if (!finding.comparison || finding.benchmark.empty()) continue;
    const auto change = measure::change_between(judged.base, judged.head, finding.suite,
                                                finding.benchmark, finding.metric);
    seen += fmt::format("  {} {}\n", label(finding.verdict), safe_text(finding.why, 300));
    const bool slower =
        finding.reason == Reason::regressed || finding.reason == Reason::slower_within_fail;
    if (!change || !slower || (state_.whole && state_.whole->low >= change->low)) continue;
    state_.whole = change;
    state_.suite = finding.suite;
    state_.benchmark = finding.benchmark;
    state_.metric = finding.metric;
  }
  if (!state_.whole) return false;
  CHECKED(save());
  return true;
}

/// The commit before the range that the culprit lies in.
std::string Search::before() const {
  const measure::Range range = measure::range_of(state_);
  return range.after < 0 ? state_.good : state_.commits[static_cast<std::size_t>(range.after)];
}

void Search::forget_all_but_ends() {
  const std::string last = state_.commits[static_cast<std::size_t>(measure::range_of(state_).last)];
  for (auto at = folders_.begin(); at != folders_.end();) {
    if (at->first == state_.good || at->first == before() || at->first == last) {
      ++at;
      continue;
    }
    worktrees_.remove(at->second);
    built_.erase(at->first);
    at = folders_.erase(at);
  }
}

Result<void> Search::test(const std::string& sha) {
  measure::Reading reading;
  std::size_t look = 0;
  const std::vector<measure::Undecided> wanted{
      {.suite = state_.suite, .benchmark = state_.benchmark}};
  const auto after_look =
      [&](const measure::PairedRuns& runs) -> Result<std::vector<measure::Undecided>> {
    const std::vector<int>& looks = runs.head.experiment->looks;
    const auto reaches = measure::reaches_of(looks, state_.commits.size());
    reading = measure::read_look(runs.base, runs.head, state_, reaches.at(look++));
    if (reading.standing) return std::vector<measure::Undecided>{};
    return wanted;
  };
  TRY(const measure::Experimented done, compare(state_.good, sha, after_look));
  measure::Tested tested{.commit = sha, .rounds = done.rounds};
  const Note* error = first_error(done.runs.head);
  const Benchmark* measured = done.runs.head.find(state_.suite, state_.benchmark);
  const bool any = measured && measured->find(state_.metric);
  if (!any) {
    tested.why = error ? error->text : "it does not have the benchmark";
    if (tested.why.starts_with("base: "))
      return fail(error->code.value_or(Code::process_failed),
                  fmt::format("the good commit cannot be measured any more: {}", tested.why),
                  "see whether something it needs has gone, then --continue");
  } else {
    tested.compared = true;
    tested.standing = reading.standing.value_or(Standing::skipped);
    tested.change = measure::change_between(done.runs.base, done.runs.head, state_.suite,
                                            state_.benchmark, state_.metric);
    if (!reading.standing)
      tested.why =
          fmt::format("undecided after {} rounds{}", done.rounds, error ? ": " + error->text : "");
  }
  progress_.say(fmt::format(
      "{}: {}{}", title(sha), measure::standing_text(tested.standing),
      tested.change ? ", " + percents(*tested.change) : ": " + safe_text(tested.why, 300)));
  state_.tested.push_back(std::move(tested));
  return save();
}

Result<void> Search::narrow() {
  while (const auto next = measure::next_test(state_)) {
    const measure::Range range = measure::range_of(state_);
    progress_.say(fmt::format("{} commits may be it; testing {}", range.last - range.after,
                              title(state_.commits[*next])));
    CHECKED(test(state_.commits[*next]));
    forget_all_but_ends();
  }
  return {};
}

Result<void> Search::size_it() {
  if (state_.found) return {};
  if (state_.commits.size() == 1) {
    state_.found = state_.whole;
    return save();
  }
  const std::string last = state_.commits[static_cast<std::size_t>(measure::range_of(state_).last)];
  progress_.say("measuring what was found against what precedes it");
  // All rounds, whatever is seen on the way: what stops early has a size that looks larger.
  const std::vector<measure::Undecided> wanted{
      {.suite = state_.suite, .benchmark = state_.benchmark}};
  TRY(const measure::Experimented done,
      compare(before(), last,
              [&](const measure::PairedRuns&) -> Result<std::vector<measure::Undecided>> {
                return wanted;
              }));
  state_.found = measure::change_between(done.runs.base, done.runs.head, state_.suite,
                                         state_.benchmark, state_.metric);
  return save();
}

std::string answer(const Search& search) {
  const Bisection& state = search.state();
  const measure::Range range = measure::range_of(state);
  const auto first = static_cast<std::size_t>(range.after + 1);
  const auto last = static_cast<std::size_t>(range.last);
  std::string text;
  if (first == last) {
    text = fmt::format("first bad commit: {}\n", search.title(state.commits[last]));
  } else {
    text = fmt::format("the first bad commit is one of {}:\n", last - first + 1);
    for (std::size_t i = first; i <= last; ++i) {
      const auto tested =
          std::ranges::find(state.tested, state.commits[i], &measure::Tested::commit);
      const bool skipped = tested != state.tested.end() && tested->standing == Standing::skipped;
      text += fmt::format("  {}{}\n", search.title(state.commits[i]),
                          skipped ? "  (skipped: " + safe_text(tested->why, 160) + ")" : "");
    }
  }
  text += fmt::format("{}/{} {}: {} against {}; BAD against GOOD {}\n", state.suite.text(),
                      safe_text(state.benchmark, 200), state.metric.text(),
                      state.found ? percents(*state.found) : "not measured",
                      first == last ? "the commit before it" : "the commit before them",
                      percents(*state.whole));
  const auto skipped =
      std::ranges::count(state.tested, Standing::skipped, &measure::Tested::standing);
  text += fmt::format(
      "confidence: at least {:.4g} %; {} of {} commits tested, {} skipped; each comparison errs in "
      "at most {:.2g} %\n",
      100 * measure::confidence_of(state), state.tested.size(), state.commits.size() - 1, skipped,
      100 * measure::error_of_a_test(state.commits.size()));
  if (state.found && state.found->low <= 0)
    text +=
        "doubt: beside each other the two do not differ for certain: the change may be made of "
        "several commits, or of code layout\n";
  return text;
}

Result<Bisection> begin(const Options& options, const sys::Checkout& checkout,
                        const measure::Trial& trial, const std::string& path, Env& env) {
  TRY(const sys::Revision good, sys::read_revision(checkout, options.good, env.environment));
  TRY(const sys::Revision bad,
      sys::read_revision(checkout, options.bad.empty() ? "HEAD" : options.bad, env.environment));
  if (bad.changed)
    return fail(Code::usage, "BAD is the work tree, whose changes are no commit",
                "commit them, or leave BAD out for the commit that is checked out");
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0) {
    if (!options.go_on)
      return fail(Code::usage, fmt::format("{} holds a search already", path),
                  "--continue goes on with it; another --out begins anew");
    TRY(const std::string text, read_named(path));
    TRY(Bisection state, measure::read_bisection(text, path));
    if (state.good != good.sha || state.bad != bad.sha || state.only != options.benchmark ||
        state.commits.empty())
      return fail(Code::usage,
                  fmt::format("{} holds a search from {} to {} for `{}`, not this one", path,
                              state.good.substr(0, 10), state.bad.substr(0, 10), state.only),
                  "name the same commits and benchmarks, or another --out");
    return state;
  }
  if (options.go_on)
    return fail(Code::usage, fmt::format("there is no search in {} to go on with", path),
                "leave out --continue, or name its --out");
  TRY(std::vector<std::string> commits, sys::commits_between(checkout, good, bad, env.environment));
  if (commits.empty()) return fail(Code::usage, "GOOD and BAD are the same commit", "name two");
  return Bisection{.schema = std::string(measure::bisection_schema_name),
                   .good = good.sha,
                   .bad = bad.sha,
                   .commits = std::move(commits),
                   .only = options.benchmark,
                   .seed = trial.seed};
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate bisect", env));
  TRY(const Settings settings, load_settings(options.shared, env));
  if (!settings.has_project)
    return fail(Code::config, "there is no perfgate.toml here that says what to measure",
                "write one with a [[suite]] (harness, command, setup), or name it: --config PATH");
  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-bisect" : options.shared.out_directory;
  const std::string path = below(directory, "bisect.json");
  measure::Progress progress(
      {.write = env.err, .terminal = env.err_is_terminal, .width = env.width},
      verbosity(options.shared));
  TRY(sys::Checkout checkout, sys::read_checkout(settings.project_directory, env.environment));
  TRY(measure::Trial trial, trial_of(options.trial, env));
  TRY(Bisection state, begin(options, checkout, trial, path, env));
  CHECKED(sys::make_directories(directory));
  TRY(const auto locks, sys::lock_host(conditions_of(env).lock_directories));
  progress.say(fmt::format("{} commits lie between; about {} comparisons find one of them",
                           state.commits.size(), std::bit_width(state.commits.size())));
  TRY(sys::Worktrees worktrees,
      sys::Worktrees::make(checkout, temporary_directory(env), env.environment));
  Search search(options, settings, std::move(checkout), std::move(worktrees), std::move(trial),
                std::move(state), path, progress, env);
  if (!search.state().whole) {
    std::string seen;
    TRY(const bool worse, search.compare_ends(seen));
    if (!worse) {
      env.out(fmt::format("BAD is not shown to be slower than GOOD: there is nothing to search\n{}",
                          seen));
      return Exit::inconclusive;
    }
  }
  progress.say(fmt::format("{}/{}: BAD against GOOD {}", search.state().suite.text(),
                           safe_text(search.state().benchmark, 200),
                           percents(*search.state().whole)));
  CHECKED(search.narrow());
  CHECKED(search.size_it());
  env.out(answer(search));
  if (!options.shared.quiet) env.err(fmt::format("perfgate: wrote {}\n", path));
  return Exit::pass;
}

}  // namespace

Command bisect_command() {
  return {
      .name = "bisect",
      .summary = "which commit made it slower",
      .footer =
          "Compares GOOD and BAD by turns, as `ab` does; where a benchmark is slower, compares "
          "GOOD\n"
          "with the commits between (along first parents), halving the range each time. A commit\n"
          "is bad where it is slower by more than half of that change, good where by less, for\n"
          "certain: all comparisons together err in at most 5 % of searches. One that cannot be\n"
          "built or run, or stays undecided, is skipped. Commits are built by the suites' setup,\n"
          "beside your work tree; your files, index and branches are not touched.\n\n"
          "Examples:\n"
          "  perfgate bisect v1.4                       what became slower since v1.4\n"
          "  perfgate bisect v1.4 main --benchmark 'decode_*/1000' --out search\n"
          "  perfgate bisect v1.4 main --benchmark 'decode_*/1000' --out search --continue\n\n"
          "--budget is the time for each comparison. Exit: 0 found, 2 usage, 3 not measured,\n"
          "4 BAD is not shown to be slower, 128 + n by signal n (--continue goes on).",
      .plumbing = true,
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
