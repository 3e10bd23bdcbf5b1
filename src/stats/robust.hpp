#pragma once
#include <span>
#include <vector>

namespace perfgate::stats {

/// 1.4826 times the median absolute deviation from the median: the standard deviation of normal
/// values, untouched by less than half of outliers. `values` must not be empty. Source: Hampel
/// (1974); Rousseeuw & Croux (1993), section 1.
double robust_deviation(std::span<const double> values);

/// The standard deviation of the noise of a series whose level may change: robust_deviation of the
/// first differences, divided by the square root of 2. Needs two values; 0 where most differences
/// are the same. Source: von Neumann et al. (1941) for the principle.
double difference_deviation(std::span<const double> series);

/// The series with outliers pulled in: each value is held within `limit` robust deviations of the
/// median of the `window` values on either side. Source: Hampel (1974); Pearson (2002), section
/// III.
std::vector<double> hampel_clip(std::span<const double> series, std::size_t window, double limit);

/// Autocorrelation at lag 1 of what is left of the median, outliers beyond three robust deviations
/// pulled in, with the bias of -1/n taken back. 0 for fewer than 3 values or constant ones.
/// Source: Kendall (1954) for the bias.
double lag1_autocorrelation(std::span<const double> values);

/// By how much positive autocorrelation at lag 1 widens an interval for a location:
/// sqrt((1 + rho) / (1 - rho)), rho held within 0 and 0.9. Source: Bence (1995), equation 3;
/// Priestley (1981), section 5.3.2.
double autocorrelation_widening(double rho);

}  // namespace perfgate::stats
