#pragma once
#include <span>

namespace perfgate::stats {

/// Standard deviation of the noise of a series whose level may change: 1.4826 / sqrt(2) times the
/// median size of its differences, or, where most values equal their neighbours (quantised ones),
/// the root mean square of the 90 % smallest differences, scaled to agree for normal values; 0
/// where those are 0. Source: von Neumann et al. (1941) for the principle.
double series_noise(std::span<const double> series);

/// Long-run standard deviation of residuals around zero: the standard deviation that independent
/// values with as uncertain a mean would have. Bartlett kernel, n^(1/3) lags; residuals beyond
/// three robust deviations are pulled in; at most 30 lags; never less than the robust deviation or
/// `floor`. Source: Newey & West, Econometrica 55 (1987), equation 5; Andrews, Econometrica 59
/// (1991) for the rate.
double long_run_deviation(std::span<const double> residuals, double floor);

}  // namespace perfgate::stats
