// The kinds that set runs side by side: two, or many.

#include <CLI/CLI.hpp>

#include "cli/gating/run_files.hpp"
#include "cli/reports/report.hpp"
#include "gate/evolution.hpp"
#include "gate/sessions.hpp"

namespace perfgate::cli {
namespace {

void add_comparison(CLI::App& app, ReportOptions& options) {
  add_runs(app, options);
  add_two(app, options);
  add_output(app, options);
}

void add_many(CLI::App& app, ReportOptions& options) {
  add_runs(app, options);
  add_where(app, options);
  add_output(app, options);
}

Result<Exit> run_comparison(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  std::vector<Run> runs;
  std::vector<std::string> titles;
  std::shared_ptr<const Run> head, base;
  if (!options.runs.empty()) {
    CHECKED(each_run_file(options.runs, [&](const std::string& title, Run&& run) {
      if (runs.size() > 1) runs.resize(1);  // of a folder, the first and the last
      if (titles.size() > 1) titles.resize(1);
      runs.push_back(std::move(run));
      titles.push_back(title);
    }));
  } else {
    TRY(const Selected selected, select_runs(options, prepared.settings, env));
    TRY(head, head_run(options, selected));
    TRY(base, base_run(options, selected, *head, prepared.settings.policy));
    runs = {*base, *head};
    titles = {base->id, head->id};
  }
  const Sessions sessions =
      gate::compare_sessions(runs, std::move(titles), &prepared.settings.policy);
  if (!head && runs.size() == 2) {
    base = std::make_shared<const Run>(std::move(runs[0]));
    head = std::make_shared<const Run>(std::move(runs[1]));
  }
  const auto comparison = std::make_shared<const ComparisonReport>(
      gate::comparison_report(sessions, prepared.settings.project.legend));
  report::Report report = report::tell(comparison);
  report.sources.head = head;
  report.sources.base = base;
  CHECKED(write_report(report, options, prepared, env));
  return exit_of(comparison->status);
}

Result<EvolutionReport> evolution_of(const ReportOptions& options, const Settings& settings,
                                     Env& env) {
  gate::EvolutionBuilder builder;
  if (!options.runs.empty()) {
    CHECKED(each_run_file(options.runs, [&](const std::string& title, const Run& run) {
      builder.add_run(title, run);
    }));
    return builder.finish(settings.project.legend);
  }
  TRY(const Selected selected, select_runs(options, settings, env));
  CHECKED(scan_in_portions(selected, options, env, [&](const store::Columns& columns) {
    for (const store::RunEntry& run : columns.runs) {
      if (run.begin == run.end) continue;
      builder.add_session(columns.texts[run.id], run.started);
      for (std::size_t row = run.begin; row < run.end; ++row)
        builder.add_value(columns.texts[columns.suite[row]], columns.texts[columns.benchmark[row]],
                          {.name = Symbol(columns.texts[columns.metric[row]]),
                           .unit = columns.unit[row],
                           .better = columns.better[row]},
                          columns.median[row]);
    }
  }));
  return builder.finish(settings.project.legend);
}

Result<Exit> run_evolution(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  TRY(EvolutionReport evolution, evolution_of(options, prepared.settings, env));
  const auto told = std::make_shared<const EvolutionReport>(std::move(evolution));
  CHECKED(write_report(report::tell(told), options, prepared, env));
  return exit_of(told->status);
}

Result<Exit> run_statistics(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  TRY(const EvolutionReport evolution, evolution_of(options, prepared.settings, env));
  const auto told = std::make_shared<const StatisticsReport>(gate::statistics_report(evolution));
  CHECKED(write_report(report::tell(told), options, prepared, env));
  return exit_of(told->status);
}

}  // namespace

Command report_comparison() {
  return {.name = "comparison",
          .summary = "two runs side by side",
          .footer =
              "Of two files, or of the store: the newest run against its baseline, or else "
              "against the\nrun before it.\n\nExamples:\n"
              "  perfgate report comparison --run before/run.json --run after/run.json\n"
              "  perfgate report comparison --store dir:.perfgate --branch main --format csv",
          .add = [](CLI::App& app) {
            return with<ReportOptions>(app, add_comparison, run_comparison);
          }};
}

Command report_evolution() {
  return {.name = "evolution",
          .summary = "many runs in the order of time",
          .footer =
              "Examples:\n  perfgate report evolution --run runs\n"
              "  perfgate report evolution --where since=30d --where 'benchmark~decode/*'",
          .add = [](CLI::App& app) { return with<ReportOptions>(app, add_many, run_evolution); }};
}

Command report_statistics() {
  return {.name = "statistics",
          .summary = "how many benchmarks got better or worse over many runs, and by how much",
          .footer = "Example:\n  perfgate report statistics --where since=90d --format json",
          .add = [](CLI::App& app) { return with<ReportOptions>(app, add_many, run_statistics); }};
}

}  // namespace perfgate::cli
