#pragma once
#include <span>

namespace perfgate::stats {

/// Two-sided p-value of the Mann-Whitney U test (Wilcoxon rank sum) that x and y come from one law.
/// Exact where min(n, m) <= 20 and there are no ties, or n + m <= 20 with ties (conditional on
/// them); else the normal approximation with tie and continuity correction. Both must hold at least
/// one value. Source: Mann & Whitney (1947); Hollander, Wolfe & Chicken (2014), section 4.1.
double rank_sum_p(std::span<const double> x, std::span<const double> y);
/// One-sided: small where y tends to be greater. Exact with ties too where one side holds at most 5
/// values of at most 100.
double rank_sum_p_greater(std::span<const double> x, std::span<const double> y);

/// Shift of y against x: the Hodges-Lehmann estimate (median of all y_j - x_i) with the interval
/// that inverts the rank-sum test. `confidence` is what the discrete test reaches, at least the one
/// asked for unless the samples are too small: then the whole range, with the confidence that it
/// has. Source: Hodges & Lehmann (1963); Hollander, Wolfe & Chicken (2014), sections 4.2, 4.3.
struct Shift {
  double estimate = 0;
  double low = 0, high = 0;
  double confidence = 0;  ///< two-sided
};
Shift rank_sum_shift(std::span<const double> x, std::span<const double> y, double confidence);

/// The same at two confidences, for little more than the price of one.
struct Shifts {
  Shift narrow, wide;
};
Shifts rank_sum_shifts(std::span<const double> x, std::span<const double> y, double narrow,
                       double wide);

/// P(Z > z) of a standard normal value, and the z below which it lies with probability 0 < p < 1.
double normal_upper_tail(double z);
double normal_quantile(double p);

}  // namespace perfgate::stats
