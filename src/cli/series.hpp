#pragma once
// A history as series over time: what `detect` looks at.

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"
#include "model/run.hpp"
#include "store/scan.hpp"

namespace perfgate::cli {

/// A commit of a history: a place on the axis that all of its series share.
struct HistoryCommit {
  std::string sha;  ///< empty: not known, and each such run is a place of its own
  Time time;        ///< when it was first measured, or committed, by what the history is ordered
};

/// The values of one metric of one benchmark on one class of host.
struct HistorySeries {
  std::string suite, benchmark, metric;
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;
  std::vector<double> values;          ///< one a commit: the median of its runs' medians
  std::vector<std::size_t> positions;  ///< of them, in `commits`; ascending
};

/// What was measured on one class of host.
struct HostHistory {
  std::string host_class;
  std::vector<HistoryCommit> commits;  ///< oldest first
  std::vector<HistorySeries> series;   ///< by suite, benchmark, metric and unit
};

enum class HistoryOrder { run, commit };  ///< by when commits were measured, or made

/// One history per host class, by its text. A run of a changed working tree, or of no commit, is a
/// place of its own. By the time of commits only what all commits say; else by runs. Values that
/// are not finite are left out.
std::vector<HostHistory> histories_of(const store::Columns& columns,
                                      const std::vector<std::string>& host_class,
                                      HistoryOrder order);

}  // namespace perfgate::cli
