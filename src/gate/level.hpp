#pragma once
// Which of the past runs a benchmark is still held against: those since its level changed last.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/run.hpp"

namespace perfgate::gate {

/// The fewest past runs that a run is held against as a window.
inline constexpr std::size_t smallest_window = 5;

/// A change of level that somebody accepted: runs from before it say nothing of the level now.
struct Accepted {
  std::string suite = "*", benchmark = "*", metric = "*";  ///< globs, see glob_matches
  Time at;
};

/// The index of the first of `past` values (one a run, oldest first, NaN where there is none) at
/// the level of the last: after the last change point that is more than an excursion
/// (stats/changepoint), or from `accepted` on if that is later. What would leave too few values for
/// a window does not cut; 0 where nothing does.
std::size_t level_begin(std::span<const double> past, std::size_t accepted);

/// The first of the runs, oldest first, that was started at or after the newest change accepted
/// before `now` for this metric of this benchmark; 0 where nothing was accepted.
std::size_t accepted_begin(std::span<const Run> runs, Symbol suite, const std::string& benchmark,
                           Symbol metric, std::span<const Accepted> accepted, Time now);

}  // namespace perfgate::gate
