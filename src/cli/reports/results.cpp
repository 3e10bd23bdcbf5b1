#include <CLI/CLI.hpp>

#include "cli/gating/run_files.hpp"
#include "cli/reports/report.hpp"
#include "gate/results.hpp"

namespace perfgate::cli {
namespace {

void add(CLI::App& app, ReportOptions& options) {
  add_runs(app, options);
  app.add_option("--head", options.head, "id of a run in the store (default: the newest)");
  add_output(app, options);
}

Result<Exit> run(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  std::shared_ptr<const Run> run;
  std::size_t count = 0;
  CHECKED(each_run_file(options.runs, [&](const std::string&, Run&& one) {
    run = std::make_shared<const Run>(std::move(one));
    ++count;
  }));
  if (!options.runs.empty() && count == 0) return no_run_in(options.runs);
  if (count > 1)
    return fail(Code::usage, "--run: results are those of one run",
                "`perfgate report evolution` takes many, `comparison` two");
  if (!run) {
    TRY(const Selected selected, select_runs(options, prepared.settings, env));
    TRY(run, head_run(options, selected));
  }
  const auto results = std::make_shared<const ResultsReport>(gate::results_report(
      *run, prepared.settings.project.legend, prepared.settings.policy.min_samples));
  report::Report report = report::tell(results);
  report.sources.head = run;
  CHECKED(write_report(report, options, prepared, env));
  return exit_of(results->status);
}

}  // namespace

Command report_results() {
  return {.name = "results",
          .summary = "what one run measured: score, deviation, percentiles, outliers",
          .footer =
              "The score is the median of the independent values. Outliers are marked by "
              "their place\namong the samples, and count in every figure.\n\nExamples:\n"
              "  perfgate report results --run run.json\n"
              "  perfgate report results --store dir:.perfgate --format prometheus",
          .add = [](CLI::App& app) { return with<ReportOptions>(app, add, run); }};
}

}  // namespace perfgate::cli
