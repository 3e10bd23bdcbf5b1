#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/gating/judging.hpp"
#include "cli/gating/measuring.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  MeasureOptions measuring;
  JudgeOptions judging;
};

void add(CLI::App& app, Options& options) {
  add_measuring(app, options.measuring);
  add_judging(app, options.judging);
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_format(app, options.shared);
  add_out(app, options.shared,
          "folder for run.json, perf.json, judgement.json (default: perfgate-out)");
  add_verbosity(app, options.shared);
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
  CHECKED(write_new_run(given.run, settings, directory, options.shared.quiet, env));

  JudgeOptions judging = options.judging;
  judging.base_search = BaseSearch::fetch;
  TRY(Judged judged, judge_given(given, judging, settings, *store, env));
  judged.judgement.reproduce = {"perfgate check --run run.json", "perfgate gate"};
  CHECKED(keep_judgement(judged, given, settings, directory,
                         options.measuring.no_store ? nullptr : store.get(), env,
                         options.shared.quiet));
  env.out(format.judgement(judged.judgement, report_style(options.shared, env)));
  return static_cast<Exit>(judged.judgement.exit_code);
}

}  // namespace

Command gate_command() {
  return {.name = "gate",
          .summary = "run + check + report: one verdict",
          .footer =
              "Examples:\n  perfgate gate\n  perfgate gate --repetitions 12 --out out\n"
              "Exit: 0 pass, 1 slower or below a floor, 3 not measured, 4 inconclusive and "
              "5 not\ncomparable where the policy makes these fail.",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
