#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/judging.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  JudgeOptions judging;
  std::string run, perf;
};

void add(CLI::App& app, Options& options) {
  auto* run = app.add_option("--run", options.run, "run.json to judge");
  app.add_option("--perf", options.perf, "perf.json to judge, where that is all there is")
      ->excludes(run);
  add_judging(app, options.judging);
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_format(app, options.shared);
  add_out(app, options.shared, "write judgement.json and perf.json into this folder");
  add_verbosity(app, options.shared);
}

Result<Exit> run(const Options& options, Env& env) {
  if (options.run.empty() && options.perf.empty())
    return fail(Code::usage, "there is nothing to judge",
                "perfgate check --run run.json, or --perf perf.json");
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const report::Format format, report_format(options.shared, settings));
  Given given;
  if (options.perf.empty()) {
    TRY(given.run, read_run_file(options.run));
  } else {
    TRY(given.perf, read_perf_file(options.perf, settings));
    given.run = gate::run_of(given.perf, settings.project.headlines);
    given.printed = true;
  }
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  TRY(Judged judged, judge_given(given, options.judging, settings, *store, env));
  judged.judgement.reproduce = {options.perf.empty() ? "perfgate check --run run.json"
                                                     : "perfgate check --perf perf.json"};
  const bool keep = !options.shared.store.empty() && !given.printed;
  CHECKED(keep_judgement(judged, given, settings, options.shared.out_directory,
                         keep ? store.get() : nullptr, env, options.shared.quiet));
  env.out(format.judgement(judged.judgement, report_style(options.shared, env)));
  return static_cast<Exit>(judged.judgement.exit_code);
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .summary = "judge a run against the policy and a baseline",
          .footer =
              "Example:\n  perfgate check --run run.json --policy thresholds.toml "
              "--baseline base/run.json --out out",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
