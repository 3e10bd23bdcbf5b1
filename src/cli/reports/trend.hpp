#pragma once
// Histories with what happened to them: of `report trend`, and beside what other reports tell.

#include "cli/history/series.hpp"
#include "cli/reports/report.hpp"
#include "model/trend.hpp"

namespace perfgate::cli {

struct TrendOptions {
  std::string host_class = "*";  ///< glob; of several the one that was measured on last is told
  HistoryOrder order = HistoryOrder::run;
  double min_change = 0.01;
  unsigned threads = 1;
};

/// Reads the selected runs and looks for changes in them. Headlines of the project are series too.
/// Errors: Code::usage where no host class matches.
Result<TrendReport> trend_of(const Selected& selected, const TrendOptions& options,
                             const ReportOptions& report, const Settings& settings, Env& env);

}  // namespace perfgate::cli
