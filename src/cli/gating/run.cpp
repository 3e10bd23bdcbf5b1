#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/gating/measuring.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  MeasureOptions measuring;
};

void add(CLI::App& app, Options& options) {
  add_measuring(app, options.measuring);
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_out(app, options.shared, "folder for run.json and perf.json (default: perfgate-out)");
  add_verbosity(app, options.shared);
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate run", env));
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-out" : options.shared.out_directory;
  TRY(const Run run, measure_run(options.measuring, options.shared, settings, directory,
                                 {baseline_check("", settings, *store)}, *store, env));
  if (!options.measuring.no_store) keep_run(run, *store, env);
  CHECKED(write_new_run(run, settings, directory, options.shared.quiet, env));
  return has_errors(run) || !measured_anything(run) ? Exit::not_measured : Exit::pass;
}

}  // namespace

Command run_command() {
  return {.name = "run",
          .summary = "measure the suites, or -- COMMAND → run.json, perf.json",
          .footer =
              "Examples:\n  perfgate run --out out\n"
              "  perfgate run --harness google-benchmark --repetitions 7 -- \\\n"
              "      ./bench --benchmark_out={out} --benchmark_out_format=json",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
