#pragma once
#include <span>

#include "stats/rank_sum.hpp"

namespace perfgate::stats {

/// P(W+ >= observed) under symmetry about zero, one-sided: small where the differences tend to be
/// positive. Differences of zero are dropped (Wilcoxon's rule). Exact for up to 50 differences,
/// conditional on ties; beyond that the normal approximation with tie and continuity correction.
/// 1 where nothing is left. Source: Wilcoxon (1945); Hollander, Wolfe & Chicken (2014), section
/// 3.1.
double signed_rank_p_greater(std::span<const double> differences);
/// Two-sided: twice the smaller tail, at most 1.
double signed_rank_p(std::span<const double> differences);

/// The Hodges-Lehmann estimate of the centre of paired differences (median of all Walsh averages
/// (d_i + d_j) / 2, i <= j) with the interval that inverts the signed-rank test. `confidence` is
/// what the discrete test reaches, at least the one asked for unless there are too few: then the
/// whole range, with the confidence that it has. Source: Hodges & Lehmann (1963); Hollander, Wolfe
/// & Chicken (2014), sections 3.2, 3.3.
Shift signed_rank_shift(std::span<const double> differences, double confidence);
/// The same at two confidences, for little more than the price of one.
Shifts signed_rank_shifts(std::span<const double> differences, double narrow, double wide);

}  // namespace perfgate::stats
