#pragma once
// What the kinds of `perfgate report` share. A kind is a command of its own: a file report_*.cpp
// and a line in report.cpp.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/shared.hpp"
#include "model/policy.hpp"
#include "report/report.hpp"
#include "store/query.hpp"
#include "store/scan.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

struct ReportOptions {
  Shared shared;
  std::vector<std::string> runs;   ///< --run
  std::string judgement;           ///< --judgement
  std::string branch;              ///< empty: found out
  std::vector<std::string> where;  ///< the query language
  std::string head, base;          ///< ids of runs in the store; empty: the newest, its baseline
  std::string hypothesis;
  std::string page_template;  ///< --template; empty: as configured, else the built-in
  bool ascii = false;
};

void add_output(CLI::App& app, ReportOptions& options);     ///< --format --out --template ...
void add_runs(CLI::App& app, ReportOptions& options);       ///< --run --store --branch
void add_where(CLI::App& app, ReportOptions& options);      ///< --where
void add_two(CLI::App& app, ReportOptions& options);        ///< --base --head
void add_judgement(CLI::App& app, ReportOptions& options);  ///< --judgement

/// Formats that need more than texts beside those of report::all().
std::vector<report::Format> report_formats();

/// The configuration, and what the report is to be written as: known before anything is read.
struct Prepared {
  Settings settings;
  std::vector<report::Format> formats;
  report::Style style;
};
/// Errors: Code::usage for a format that is not known, or several without --out;
/// Code::config for a template that is not there.
Result<Prepared> prepare(const ReportOptions& options, Env& env);

/// Writes it in each format: to stdout, or KIND.suffix below --out, where a format that makes a
/// file of each table says KIND.TABLE.suffix. Each file appears whole or not at all. Errors:
/// Code::usage where a format has no meaning for the report, naming those that have; Code::io.
Result<void> write_report(report::Report report, const ReportOptions& options,
                          const Prepared& prepared, Env& env);

/// Of folders that --run names and that hold no run. Errors: Code::usage, always.
std::unexpected<Error> no_run_in(const std::vector<std::string>& paths);

/// The exit code of a report of this status: that of `compare`.
Exit exit_of(SessionStatus status);

/// The runs that --store, --branch and --where mean, oldest first. Errors: Code::usage where there
/// is none, telling what there is.
struct Selected {
  std::unique_ptr<store::Store> store;
  std::string branch;  ///< empty: none, or several
  store::Query query;
  std::vector<store::Head> heads;
};
Result<Selected> select_runs(const ReportOptions& options, const Settings& settings, Env& env);

/// Reads them in portions, so that a thousand runs need no more memory than thirty.
Result<void> scan_in_portions(const Selected& selected, const ReportOptions& options, Env& env,
                              const std::function<void(const store::Columns&)>& visit);

/// The run of an id, or else the newest of the selection.
Result<std::shared_ptr<const Run>> head_run(const ReportOptions& options, const Selected& selected);
/// The run of an id, or else the baseline in force of the run's host class, or else the run before
/// it. Errors: Code::usage where there is none.
Result<std::shared_ptr<const Run>> base_run(const ReportOptions& options, const Selected& selected,
                                            const Run& head, const Policy& policy);

/// A judgement with what it was made from, as far as that is at hand.
struct JudgedRuns {
  std::shared_ptr<const Judgement> judgement;
  std::shared_ptr<const Run> head, base;
};
/// Of --judgement; of --run (two: the first is the baseline); or the newest of the store. Where a
/// hypothesis is asked, it is answered.
Result<JudgedRuns> judged_runs(const ReportOptions& options, const Settings& settings, Env& env);

}  // namespace perfgate::cli
