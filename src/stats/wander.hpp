#pragma once
#include <span>

#include "stats/family.hpp"
#include "stats/verdict.hpp"

namespace perfgate::stats {

/// From so many benchmarks on, and so many launches of each, what launches have in common shows.
inline constexpr std::size_t fewest_companions = 3, fewest_common_launches = 5;
/// ... and where a side is one process.
inline constexpr std::size_t fewest_processes = 4;

/// By how much two sessions on one machine, one after the other, differ though nothing changed: the
/// standard deviation of that difference, as a log ratio, as the sessions themselves show it.
/// The sides of a benchmark are its log costs, one for each launch, in the order measured. Those
/// benchmarks count that have as many launches as most others.
///
/// - What a machine adds is common to the benchmarks of a launch. Where launches are alike by
///   Friedman's test over both sides (1937; ties as Hollander, Wolfe & Chicken 2014, section 7.1,
///   have them; 1 %), or there are too few of either, it is 0: nothing shows.
/// - Speed that a shared machine takes from and gives to others changes on all scales of time, so
///   that more launches do not average it out: neighbouring launches differ as neighbouring
///   sessions do. That is the Allan deviation of flicker noise, the same at each scale (Allan 1966;
///   Barnes et al. 1971). It is taken over the medians of the benchmarks' deviations from their own
///   centre, by the mean of absolute differences, which one outlier moves little, of the side that
///   shows more.
double session_wander(std::span<const Sides> benchmarks);

/// The same where each side is one process, whose values share its moments: benchmarks that nothing
/// changed move alike, so what they are spread beyond their own noise is the machine's doing, and
/// the yardstick (the empirical null of Efron 2004). Flicker noise adds as much again to what they
/// have in common. The spread is that of the half that lies closest together (least median of
/// squares; Rousseeuw 1984): a change of less than half of the suite, or of all of it alike, adds
/// nothing. 0 where it is no more than chance makes it (1 %), or with fewer than `fewest_processes`
/// benchmarks.
double suite_wander(std::span<const Sides> benchmarks);

/// How far apart they may lie by it: beyond all but what between_confidence leaves of such
/// differences.
double wander_reach(double wander);

/// Adds it to what the evidence does not know: to the bound that shows a change with
/// wander_reach, as for two runners. More values do not take it away.
void allow_wander(Evidence& evidence, double wander, const Budget& budget);

}  // namespace perfgate::stats
