// The kinds that tell a judgement: all of it, its limits, its answer to a hypothesis.

#include <CLI/CLI.hpp>

#include "cli/reports/page.hpp"
#include "cli/reports/report.hpp"
#include "gate/slo.hpp"
#include "model/slo.hpp"

namespace perfgate::cli {
namespace {

void add(CLI::App& app, ReportOptions& options) {
  add_judgement(app, options);
  add_runs(app, options);
  add_output(app, options);
}

void add_with_hypothesis(CLI::App& app, ReportOptions& options) {
  add(app, options);
  app.add_option("--hypothesis", options.hypothesis,
                 "what to ask of the runs: no-regression, improvement=P or within=P (10 % where no "
                 "P is given)");
}

void add_sources(report::Report& report, const JudgedRuns& judged) {
  report.sources.judgement = judged.judgement;
  report.sources.head = judged.head;
  report.sources.base = judged.base;
  if (judged.head) report.document.made = judged.head->started;
}

Result<Exit> run(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  TRY(const JudgedRuns judged, judged_runs(options, prepared.settings, env));
  report::Report report = report::tell(judged.judgement);
  add_sources(report, judged);
  CHECKED(complete_page(report, options, prepared, env));
  CHECKED(write_report(std::move(report), options, prepared, env));
  return Exit::pass;
}

Result<Exit> run_hypothesis(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  TRY(const JudgedRuns judged, judged_runs(options, prepared.settings, env));
  if (!judged.judgement->hypothesis)
    return fail(Code::usage, "the judgement answers no hypothesis",
                "ask one: --run base/run.json --run head/run.json --hypothesis no-regression");
  report::Report report = report::tell_hypothesis(judged.judgement);
  add_sources(report, judged);
  CHECKED(complete_page(report, options, prepared, env));
  CHECKED(write_report(report, options, prepared, env));
  return Exit::pass;
}

Result<Exit> run_slo(const ReportOptions& options, Env& env) {
  TRY(const Prepared prepared, prepare(options, env));
  TRY(const JudgedRuns judged, judged_runs(options, prepared.settings, env));
  const auto slo =
      std::make_shared<const SloReport>(gate::slo_report(*judged.judgement, judged.head.get()));
  report::Report report = report::tell(slo);
  add_sources(report, judged);
  if (!judged.head) report.document.made = slo->timestamp;
  CHECKED(write_report(report, options, prepared, env));
  return exit_of(slo->status);
}

}  // namespace

Command report_judgement() {
  return {.name = "judgement",
          .summary = "the verdict and why, every finding",
          .footer =
              "Of a file, of runs that are judged now (two: the first is the baseline), or "
              "the newest\njudgement of the store.\n\nExamples:\n"
              "  perfgate report judgement --judgement out/judgement.json --format "
              "md,junit,sarif --out out\n"
              "  perfgate report judgement --run base/run.json --run head/run.json",
          .add = [](CLI::App& app) { return with<ReportOptions>(app, add, run); }};
}

Command report_slo() {
  return {.name = "slo",
          .summary = "each floor, ceiling and target: value, shortfall, margin, since when",
          .footer =
              "Examples:\n  perfgate report slo --judgement out/judgement.json\n"
              "  perfgate report slo --run run.json --policy thresholds.toml --format "
              "prometheus",
          .add = [](CLI::App& app) { return with<ReportOptions>(app, add, run_slo); }};
}

Command report_hypothesis() {
  return {.name = "hypothesis",
          .summary = "the answer to a hypothesis, benchmark by benchmark",
          .footer =
              "Example:\n  perfgate report hypothesis --run base/run.json --run "
              "head/run.json --hypothesis within=5%",
          .add = [](CLI::App& app) {
            return with<ReportOptions>(app, add_with_hypothesis, run_hypothesis);
          }};
}

}  // namespace perfgate::cli
