#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "stats/changepoint_noise.hpp"

namespace perfgate::stats {

/// One setting for every series. Lengths are numbers of points.
struct DetectOptions {
  double penalty = 4.5;      ///< of a change: times noise^2 * log n
  double outlier = 3.5;      ///< a value farther than so many noises from its level counts no more
  double strength = 3.5;     ///< rank-sum z that a change must reach against its surroundings
  double min_noises = 0.85;  ///< the smallest change in units of the noise ...
  double min_change = 0.01;  ///< ... and relative to the level
  double wander = 0.5;       ///< ... and as a share of how far the levels beside it wander
  std::size_t surroundings = 40;      ///< what lies farther from a change does not judge it
  std::size_t excursion = 10;         ///< a run this short that comes back is no change of level
  std::vector<std::size_t> accepted;  ///< known changes, ascending: the series is cut there
};

/// A place where the level of a series changed.
struct ChangePoint {
  std::size_t index = 0;            ///< the first point at the new level
  std::size_t first = 0, last = 0;  ///< the change began within here, with 95 % confidence
  double before = 0, after = 0;     ///< medians of the surroundings on either side
  double strength = 0;              ///< rank-sum z of after against before
  bool provisional = false;  ///< too near the end to tell from an excursion: may be taken back

  /// after relative to before; NaN where before is not positive.
  double change() const;
};

/// A run of points away from a level that came back: [begin, end).
struct Excursion {
  std::size_t begin = 0, end = 0;
  double level = 0;  ///< its median
};

struct Detection {
  std::vector<ChangePoint> changes;   ///< ascending
  std::vector<Excursion> excursions;  ///< ascending
  double noise = 0;  ///< long-run standard deviation around the levels, in units of the values
  bool logarithms = false;  ///< all values are positive: judged on logs, and `noise` is relative
};

/// Change points of one series of finite values in the order of time; none of fewer than 10 points.
/// Accepted changes cut the series, and `noise` is then that of the last part.
/// Deterministic, the same for a series and its multiple; near-linear time. In steps:
///   1. logs, where all values are positive: changes are relative
///   2. the noise from differences, then fit_levels with penalty * noise^2 * log n
///   3. the long-run deviation of what is left of that fit is the noise of a second fit
///   4. from the weakest up, changes fall that the surroundings do not bear out: rank-sum z, size
///      against noise, level and wander (the range of the medians of 16 points in the segments
///      beside it), until all that are left stand
///   5. short runs that come back to the level before are excursions
/// Source of the parts: fit_levels; long_run_deviation, used for changes as by Bai & Perron,
/// Econometrica 66 (1998); merging from the bottom up as by Fryzlewicz, Annals of Statistics 46
/// (2018). The defaults stand on a plateau of the series that people marked (perfgate-eval cp).
Detection detect_changes(std::span<const double> series, const DetectOptions& options = {});

/// The same of many series, on all cores.
std::vector<Detection> detect_all(std::span<const std::vector<double>> series,
                                  const DetectOptions& options = {});

}  // namespace perfgate::stats
