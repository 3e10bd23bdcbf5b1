#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/trial/ab_sides.hpp"
#include "cli/trial/by_turns.hpp"
#include "measure/own_time.hpp"
#include "store/history.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  TrialOptions trial;
  MeasureOptions measuring;  // which suites, which harness, how long
  std::string base, head = "HEAD";
  std::string base_command, head_command, fail_on;
  int builds = 1;
};

void add(CLI::App& app, Options& options) {
  app.add_option("BASE", options.base, "a commit, branch or tag");
  app.add_option("HEAD", options.head,
                 "another, or `.`: the work tree as it stands (default: HEAD)");
  app.add_option("--base-cmd", options.base_command, "instead of commits: the command of base");
  app.add_option("--head-cmd", options.head_command, "and that of head");
  add_measured(app, options.measuring);
  add_trial(app, options.trial);
  app.add_option("--builds", options.builds,
                 "builds of either side, told apart by PERFGATE_BUILD=0, 1, ... in setup and "
                 "command; round i measures build i modulo this (default: 1)")
      ->check(CLI::Range(1, 100));
  app.add_option("--timeout", options.measuring.timeout, "of each launch, e.g. \"10 min\"");
  app.add_option("--fail-on", options.fail_on, "`warn`: warnings fail too")
      ->check(CLI::IsMember({"warn", "fail"}));
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_format(app, options.shared);
  add_out(app, options.shared,
          "folder for base/run.json, head/run.json, judgement.json, perf.json (default: "
          "perfgate-out)");
  add_verbosity(app, options.shared);
}

std::string base_name(const std::vector<std::string>& words) {
  return words[0].substr(words[0].rfind('/') + 1);
}

Result<void> commands_as_sides(Sides& sides, const Options& options, const Settings& settings) {
  TRY(const std::vector<std::string> base, words_of(options.base_command, "--base-cmd"));
  TRY(const std::vector<std::string> head, words_of(options.head_command, "--head-cmd"));
  TRY(const auto timeout, timeout_of(options.measuring, settings));
  const bool own_time = options.measuring.harness.empty();
  const bool same_name = base_name(base) == base_name(head) && base_name(base) != "sh";
  const std::string name = same_name ? safe_text(base_name(base), 60) : "command";
  for (int build = 0; build < options.builds; ++build) {
    for (const auto& [command, builds] :
         {std::pair{&base, &sides.trial.base}, std::pair{&head, &sides.trial.head}}) {
      std::vector<measure::Suite> suites{
          {.name = own_time ? Symbol("command") : Symbol(options.measuring.harness),
           .command = *command,
           .timeout = timeout,
           .harness = own_time ? std::string(measure::own_time_name) : options.measuring.harness,
           .results = options.measuring.results,
           .own_name = name}};
      if (options.builds > 1) tell_build(suites, build);
      builds->push_back(std::move(suites));
    }
  }
  sides.trial.surroundings = base == head ? measure::Sameness::same : measure::Sameness::sources;
  sides.again = "perfgate ab --base-cmd ... --head-cmd ...";
  return {};
}

Result<void> sides_are_named(const Options& options) {
  const bool commands = !options.base_command.empty() || !options.head_command.empty();
  if (commands && !options.base.empty())
    return fail(Code::usage, "both commits and commands are given", "give one of the two");
  if (commands && (options.base_command.empty() || options.head_command.empty()))
    return fail(
        Code::usage,
        fmt::format("there is no {}", options.base_command.empty() ? "--base-cmd" : "--head-cmd"),
        "perfgate ab --base-cmd './old' --head-cmd './new'");
  if (!commands && !options.measuring.harness.empty())
    return fail(Code::usage, "--harness says what --base-cmd and --head-cmd print",
                "of commits, perfgate.toml says it");
  if (!commands && options.base.empty())
    return fail(Code::usage, "there is nothing to compare",
                "perfgate ab main, or perfgate ab --base-cmd './old' --head-cmd './new'");
  return {};
}

/// Head alone, as `gate` keeps its run: base is somebody else's commit.
Result<void> keep(JudgedSides& judged, const Options& options, const Settings& settings,
                  const std::string& directory, Env& env) {
  std::unique_ptr<store::Store> store;
  if (!options.shared.store.empty()) {
    TRY(store, store::open(settings.store_url));
    if (keep_run(judged.head, *store, env))
      judged.judgement.run = store::Stored<Run>::key(judged.head);
  }
  const Given given{.run = judged.head};
  return keep_judgement({.judgement = judged.judgement, .branch = judged.head.commit.branch}, given,
                        settings, directory, store.get(), env, options.shared.quiet);
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate ab", env));
  CHECKED(sides_are_named(options));
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const report::Format format, report_format(options.shared, settings));
  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-out" : options.shared.out_directory;
  measure::Progress progress(
      {.write = env.err, .terminal = env.err_is_terminal, .width = env.width},
      verbosity(options.shared));

  Sides sides;
  TRY(sides.trial, trial_of(options.trial, env));
  if (options.base.empty())
    CHECKED(commands_as_sides(sides, options, settings));
  else
    CHECKED(commits_as_sides(sides,
                             {.base = options.base, .head = options.head, .builds = options.builds},
                             options.measuring, settings, env, progress));
  TRY(ByTurns done, measure_by_turns(sides, settings, directory, options.fail_on, env, progress));
  JudgedSides& judged = done.judged;
  const std::size_t before = judged.judgement.notes.size();
  add_remarks(judged);
  for (std::size_t i = before; i < judged.judgement.notes.size(); ++i)
    if (judged.judgement.notes[i].severity == Severity::info)  // the report shows the others
      progress.say(judged.judgement.notes[i].text);
  judged.judgement.reproduce = {"perfgate check --run head/run.json --baseline base/run.json",
                                fmt::format("{} --seed {}", sides.again, sides.trial.seed)};
  for (const auto& [run, name] : {std::pair{&judged.base, "base"}, std::pair{&judged.head, "head"}})
    CHECKED(write_run_file(below(directory, name), *run));
  CHECKED(keep(judged, options, settings, directory, env));
  if (!options.shared.quiet)
    env.err(fmt::format("perfgate: wrote {0}/base/run.json, {0}/head/run.json\n", directory));
  env.out(format.judgement(judged.judgement, report_style(options.shared, env)));
  return static_cast<Exit>(judged.judgement.exit_code);
}

}  // namespace

Command ab_command() {
  return {
      .name = "ab",
      .summary = "two commits, or two commands, measured by turns on this machine",
      .footer =
          "Checks both commits out beside your work tree, runs each suite's setup there, then\n"
          "launches base and head by turns, in random balanced order, until every benchmark is\n"
          "decided, or --max-rounds or --budget is reached. One process launch is one sample.\n"
          "Looks are taken after 5, 8, 12, 18, 24 and 30 rounds, by boundaries that keep the\n"
          "error of all looks together; what is undecided gets the rounds that are left.\n"
          "Your files, index and branches are not touched.\n\n"
          "Examples:\n"
          "  perfgate ab main                  main against the commit that is checked out\n"
          "  perfgate ab main .                ... against the work tree as it stands\n"
          "  perfgate ab v1.4 v1.5 --builds 3  three builds of either, to average code layout\n"
          "  perfgate ab --base-cmd './old 9' --head-cmd './new 9' --budget 2m\n"
          "  perfgate ab --harness google-benchmark --out out \\\n"
          "      --base-cmd './old --benchmark_format=json' \\\n"
          "      --head-cmd './new --benchmark_format=json'\n"
          "  perfgate check --run out/head/run.json --baseline out/base/run.json\n\n"
          "Exit: 0 pass, 1 slower or below a floor, 2 usage, 3 not measured, 4 inconclusive "
          "and\n5 not comparable where the policy makes these fail, 128 + n by signal n.",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
