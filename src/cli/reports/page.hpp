#pragma once
// What the HTML page is made from beyond the report itself.

#include "cli/reports/report.hpp"
#include "model/trend.hpp"
#include "report/html.hpp"
#include "report/report.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// The format `html`: the page of templates/performance_report.html, or of the user's own.
report::Format html_format();

/// The file of the page's template: the flag's, else the configuration's; empty: the built-in.
/// Errors: Code::config where there is no such file, with the place that names it.
Result<std::string> page_template_of(const std::string& flag, const Settings& settings);

/// A template of the user's, or else the one that is built in. Errors: Code::io, Code::config.
Result<report::HtmlTemplate> load_template(const std::string& path, std::string_view built_in,
                                           std::span<const std::string_view> places);

/// What every page needs: the policy, the legend, where commits are looked at.
void add_settings(report::Sources& sources, const Settings& settings, const Env& env);

/// The run that a judgement is about and the one that it was compared with, where the store holds
/// them and `sources` does not yet. Runs that a rolling baseline pooled are no one run.
Result<void> add_stored_runs(report::Sources& sources, const store::Store& store);

/// The histories of a branch on hosts of the class of `like` (nullptr: the class that was measured
/// on last). Nothing where the store holds no such run. `selected.store` is used, the rest made.
Result<std::shared_ptr<const TrendReport>> branch_histories(Selected& selected,
                                                            const std::string& branch,
                                                            const Run* like, bool quiet,
                                                            const Settings& settings, Env& env);

/// Where a judgement's report goes to an HTML page: its runs (those that lie beside the judgement's
/// file, else those of the store) and the histories of the store. What is not there is not shown.
Result<void> complete_page(report::Report& report, const ReportOptions& options,
                           const Prepared& prepared, Env& env);

}  // namespace perfgate::cli
