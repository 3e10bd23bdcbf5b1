#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/changepoint.hpp"

namespace perfgate::stats {

/// One series of a suite: its changes, and where its points stand on the axis that the suite's
/// series share (the number of the commit in the history, say), ascending.
struct SuiteSeries {
  std::span<const ChangePoint> changes;
  std::span<const std::uint32_t> positions;
};

/// A change that most series of a suite made at the same place: the runner's, not theirs.
struct RunnerChange {
  std::size_t first = 0, last = 0;  ///< positions that lie within the location of every change
  double change = 0;                ///< the median of the series' changes, where they have one
  std::size_t measured = 0;         ///< series with points on both sides
  /// Which changes these are: number of the series, number of its change.
  struct Member {
    std::size_t series = 0, change = 0;
  };
  std::vector<Member> members;  ///< ascending by series
};

/// Changes that more than `share` of those series have that were measured there, at least three of
/// them. Each change of a series belongs to one at most; the place where most agree is taken first.
/// Ascending by place.
std::vector<RunnerChange> runner_changes(std::span<const SuiteSeries> suite, double share = 0.5);

}  // namespace perfgate::stats
