#pragma once
#include <span>

#include "stats/verdict.hpp"

namespace perfgate::stats {

/// The chance of a false failure that a window's own ranks may have: one in 200 unchanged commits.
inline constexpr double window_level = 0.005;

/// What one value per run says: `past` of unchanged runs, each on an instance of its own (cut at
/// the last change point, of one class of machine), and `later` of the runs to judge: one, or more
/// where a suspicion was confirmed by running again on fresh instances. Log costs.
///
/// - Estimate: median of the later less median of the past ones. Interval and bounds: prediction
///   limits (prediction.hpp), with Student's t.
/// - "Worse" needs every later value to lie beyond the window's centre by more than the budget, and
///   the exact rank-sum test of the later against the past ones at `window_level`: it holds
///   whatever the law of the noise, as long as the runs are exchangeable. Source: Vovk, Gammerman &
///   Shafer (2005) for the principle; Mann & Whitney (1947).
/// - Where the numbers cannot reach that level (a single later value: 1 in n + 1), each later value
///   must instead be beyond the window's largest by more than the budget, and the window must hold
///   at least 19 (1 in 20); a shorter one must also be beyond few_values.
/// - Fewer than 5 past values: few_values.
Evidence window(std::span<const double> past, std::span<const double> later, const Budget& budget);

}  // namespace perfgate::stats
