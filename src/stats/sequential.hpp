#pragma once
#include <span>
#include <vector>

namespace perfgate::stats {

/// How the error of a sequence of looks is spent: O'Brien-Fleming's way hardly any early,
/// Pocock's about evenly.
enum class Spending { obrien_fleming, pocock };

/// What may have been spent when the fraction 0 <= t <= 1 of the information is in. Source: Lan &
/// DeMets (1983), functions alpha_1* and alpha_2*.
double spent(Spending spending, double alpha, double t);

/// One-sided boundaries: stopping at look k when its z-value is at least boundary k errs with
/// probability alpha over all looks together. `information` holds the fraction of the whole at each
/// look, ascending, the last at most 1. Source: Armitage, McPherson & Rowe (1969) for the recursive
/// integration; Jennison & Turnbull (2000), chapter 19.
std::vector<double> spending_boundaries(Spending spending, double alpha,
                                        std::span<const double> information);

}  // namespace perfgate::stats
