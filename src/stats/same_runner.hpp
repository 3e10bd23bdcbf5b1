#pragma once
#include <span>

#include "stats/verdict.hpp"

namespace perfgate::stats {

/// In which order the two sides were measured: all of base and then all of head, or by turns, so
/// that value i of either side belongs to round i.
enum class Order { sequential, interleaved };

/// What log costs of base and head say that were measured on one machine in one session, one value
/// per process launch (or whatever is independent), in the order measured.
///
/// - The shift is the Hodges-Lehmann estimate; its bounds invert the rank-sum test, or, where the
///   sides were interleaved, the signed-rank test, whichever interval is narrower: what both sides
///   of a round share cancels, or there is nothing to share and half of the values would be lost.
///   Source: Hodges & Lehmann (1963); Bulej et al. (2020) for the interleaving.
/// - Autocorrelation beyond what chance gives independent values (one standard error, Bartlett
///   1946) widens them by sqrt((1 + rho) / (1 - rho)). Median 0.43 within real Criterion runs.
/// - The bound beyond which a change shows must pass the noise floor with shown_confidence, and
/// must
///   exclude no change at all with 97.5 %: in loud noise the floor is close to nothing.
/// - Where both sides have the same two modes, like is compared with like (modes.hpp). A pass still
///   has the interval of the plain values, and so has what is reported, but for the bound of a
///   change that shows: that is the one it shows by.
/// - "Worse" also needs the fastest value to be worse, by more than half way from floor to budget:
///   what a machine adds is one-sided, a regression moves the fast end too (Chen & Revels 2016);
///   and, in sequence, the change must begin where the code changes (onset_share of at least 0.8);
///   where a side drifts (trend_p below 0.01) a third of it must be there (step_at_border).
/// - A coarse timer's step is added to all bounds. With fewer than `fewest_values` a side it is
///   few_values instead.
Evidence same_runner(std::span<const double> base, std::span<const double> head, Order order,
                     const Budget& budget);

/// What no more than four values a side say, wherever they were measured: a normal interval with
/// `between_runners` for the standard deviation of each side, however many values of it share that
/// side's luck, at 99 % where a regression is shown, so that 15 % and more can be. Never enough to
/// pass.
Evidence few_values(std::span<const double> base, std::span<const double> head,
                    const Budget& budget);

}  // namespace perfgate::stats
