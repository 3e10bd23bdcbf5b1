#pragma once
#include <span>
#include <vector>

#include "stats/verdict.hpp"

namespace perfgate::stats {

/// From so many members on a suite can tell what its members have in common.
inline constexpr std::size_t smallest_family = 8;

/// What all members of a suite have in common: another runner, or a change that slowed everything.
/// It is judged as a finding of its own, so that the second is not taken for the first.
struct CommonShift {
  Evidence evidence;  ///< of the shift itself; counts are members
  double spread = 0;  ///< of the members about it, at this commit
};

struct Family {
  std::vector<Evidence> members;  ///< in the order given
  CommonShift common;             ///< zero where there were too few to tell
  bool measured = false;          ///< whether the common shift was taken out
};

/// A suite whose two sides ran on two instances. `sides` holds for each member log costs of base
/// and head, in the order measured. The members' median shift is taken out, and their spread about
/// it at this commit is the yardstick (the empirical null of Efron 2004): the larger of the robust
/// deviation and of that of the slower half, as what a machine adds is one-sided. A member's error
/// is the larger of that and its own. With fewer than `smallest_family` members each is
/// across_runners. Decide with decide_together.
struct Sides {
  std::span<const double> base, head;
};
/// `suite`: what is allowed of the common shift; `budgets`: of each member.
Family across_runners_family(std::span<const Sides> sides, const Budget& suite,
                             std::span<const Budget> budgets);
Family across_runners_family(std::span<const Sides> sides, const Budget& budget);

/// A suite with one value per run and member: `values[i]` are member i's log costs at the same
/// runs, oldest first, NaN where it was not measured, the last `later` of them those to judge.
///
/// - At each run the median of the members' distances from their own centre is taken out, and
/// judged
///   by `window` as the common shift.
/// - Each member's scale is that of its window, at least a third of its largest excursion (one in a
///   window of 20 is no more than a three-sigma event), and borrows from the suite what three
///   values would weigh (Smyth 2004).
/// - The members' spread at the judged runs is the yardstick: what it is beyond their typical error
///   is added to all, and what their shifts are spread beyond that, in their own errors, widens
///   them in proportion, never less than 1 (Efron 2004). Either spread is moved towards what is
///   expected of it by what `smallest_family` members weigh (partial pooling; Smyth 2004).
///   Student's t with 12 degrees of freedom stands for tails heavier than normal (Lange, Little &
///   Taylor 1989).
/// - "Worse" needs every later value of the member to be beyond the budget.
///
/// With fewer than `smallest_family` members that can be judged each is `window`.
Family window_family(std::span<const std::vector<double>> values, std::size_t later,
                     const Budget& suite, std::span<const Budget> budgets);
Family window_family(std::span<const std::vector<double>> values, std::size_t later,
                     const Budget& budget);

}  // namespace perfgate::stats
