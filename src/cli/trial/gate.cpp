#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/gating/judging.hpp"
#include "cli/gating/measuring.hpp"
#include "cli/receipts.hpp"
#include "cli/trial/confirming.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  MeasureOptions measuring;
  JudgeOptions judging;
  bool no_turns = false;
};

void add(CLI::App& app, Options& options) {
  add_measuring(app, options.measuring);
  add_judging(app, options.judging);
  app.add_flag("--no-turns", options.no_turns,
               "let a failure stand as it was measured, without measuring again by turns");
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_format(app, options.shared);
  add_out(app, options.shared,
          "folder for run.json, perf.json, judgement.json (default: perfgate-out)");
  add_verbosity(app, options.shared);
}

/// Writes the run and judges it; what it would fail for, it looks at again.
Result<Judged> judge_measured(Given& given, const Options& options, const Settings& settings,
                              const std::string& directory, const store::Store& store, Env& env) {
  CHECKED(write_new_run(given.run, settings, directory, options.shared.quiet, env));
  JudgeOptions judging = options.judging;
  judging.base_search = BaseSearch::fetch;
  TRY(Judged judged, judge_given(given, judging, settings, store, env));
  judged.judgement.reproduce = {"perfgate check --run run.json", "perfgate gate"};
  CHECKED(forget_rounds(directory));
  const FirstLook first{given, judged, judging};
  if (options.no_turns || !settings.policy.by_turns || !is_suspected(first, settings.policy))
    return judged;

  // What ends this process before the rounds do leaves the first verdict beside its run.
  CHECKED(write_judgement_file(directory, judged.judgement));
  const auto looked =
      look_again_by_turns(first, options.measuring, options.shared, settings, directory, env);
  if (!looked) {
    if (looked.error().code == Code::interrupted) return std::unexpected(looked.error());
    judged.judgement.notes.push_back(not_looked_again(looked.error()));
    return judged;
  }
  TRY(judged, judge_given(given, judging, settings, store, env));
  judged.judgement.reproduce = {"perfgate check --run head/run.json --baseline base/run.json",
                                "perfgate gate"};
  return judged;
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate gate", env));
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const report::Format format, report_format(options.shared, settings));
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-out" : options.shared.out_directory;
  Given given;
  TRY(given.run,
      measure_run(options.measuring, options.shared, settings, directory,
                  {baseline_check(options.judging.baseline, settings, *store)}, *store, env));
  auto judged = judge_measured(given, options, settings, directory, *store, env);
  // Whatever else went wrong: what was measured stays.
  store::Store* const keeper = options.measuring.no_store ? nullptr : store.get();
  const bool kept = keeper && keep_run(given.run, *keeper, env);
  if (!judged) return std::unexpected(judged.error());
  Judgement& judgement = judged->judgement;
  if (kept) judgement.run = store::Stored<Run>::key(given.run);
  CHECKED(keep_judgement(*judged, given, settings, directory, keeper, env, options.shared.quiet));
  env.out(format.judgement(judgement, report_style(options.shared, env)));
  return static_cast<Exit>(judgement.exit_code);
}

}  // namespace

Command gate_command() {
  return {.name = "gate",
          .summary = "run + check + report: one verdict",
          .footer =
              "What fails against the baseline is measured again: the baseline's commit and this "
              "one, by\nturns, as `perfgate ab` does, and that decides. It is what tells slower "
              "code from a machine\nthat was slower for a while. It needs a perfgate.toml whose "
              "`setup` builds what it measures;\n[gate] by_turns = false, or --no-turns, leaves "
              "it out,\n[gate] turns_budget = \"20 min\" bounds it.\n\n"
              "Examples:\n  perfgate gate\n  perfgate gate --repetitions 12 --out out\n"
              "Exit: 0 pass, 1 slower or below a floor, 3 not measured, 4 inconclusive and "
              "5 not\ncomparable where the policy makes these fail.",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
