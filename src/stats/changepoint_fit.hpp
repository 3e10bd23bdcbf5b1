#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace perfgate::stats {

/// A series cut into segments of one level each.
struct LevelFit {
  double cost = 0;
  std::vector<std::size_t> changes;  ///< the first index of every segment but the first, ascending
};

/// The cut of `series` that has the smallest cost of all:
///   sum over the segments of  min over m of sum of min((y - m)^2, limit^2)  +  penalty * changes.
/// No value counts for more than limit^2, so outliers move no level, and a run of fewer than
/// 2 * penalty / limit^2 of them is cheaper to leave out than to call a segment. Exact, by
/// functional pruning: near-linear time, few changes or many. Values are finite and in units of the
/// noise; beyond 1e5 of them off the median they count as 1e5. Of equal costs the one with the
/// earlier last change is taken. Source: Fearnhead & Rigaill, JASA 114 (2019), sections 3 and 4
/// (biweight loss); Maidstone, Hocking, Rigaill & Fearnhead, Statistics and Computing 27 (2017).
LevelFit fit_levels(std::span<const double> series, double limit, double penalty);

}  // namespace perfgate::stats
