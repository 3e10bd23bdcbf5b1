#pragma once
// The change points of a history: of each series, and of most of a suite at once.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "cli/history/series.hpp"
#include "model/history.hpp"
#include "model/waiver.hpp"
#include "stats/changepoint.hpp"
#include "stats/changepoint_suite.hpp"

namespace perfgate::cli {

/// What people know of the history already: it is a border, and no news.
struct AcceptedChanges {
  std::vector<Incident> incidents;  ///< accepted ones of the branch
  std::vector<Waiver> waivers;      ///< that hold on the branch
  /// How long before it was written a waiver may look back: what it is measured from is no older.
  int waiver_days = 90;
};

/// One change of a series that is news.
struct SeriesChange {
  std::size_t series = 0;  ///< its number in the history
  stats::ChangePoint change;
};

/// A change that most of a suite's series made in one metric at the same place.
struct SharedChange {
  std::string suite, metric;
  Better better = Better::unknown;
  stats::RunnerChange runner;         ///< positions are commits of the history
  std::vector<SeriesChange> members;  ///< ascending by series
};

struct HistoryChanges {
  std::vector<stats::Detection> detections;        ///< one a series, shared changes included
  std::vector<std::vector<std::size_t>> accepted;  ///< one a series: where it was cut
  std::vector<SeriesChange> changes;               ///< not shared; by series and place
  std::vector<SharedChange> shared;                ///< by suite, metric and place
};

/// Whether a series that goes from `before` to `after` got worse; where nobody knows which way is
/// better, every change may be.
bool may_be_worse(const stats::ChangePoint& change, Better better);

/// On `threads` threads; `done` is told after each series, from any of them. An incident cuts a
/// series where the change that it is about begins: the one found there, else at its commit. A
/// waiver takes the changes for the worse, up to its size, that began before its end, and not
/// before what it may look back to.
HistoryChanges changes_of(const HostHistory& history, const AcceptedChanges& accepted,
                          const stats::DetectOptions& options, unsigned threads,
                          const std::function<void()>& done = {});

}  // namespace perfgate::cli
