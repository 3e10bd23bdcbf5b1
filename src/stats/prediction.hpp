#pragma once
#include <span>

namespace perfgate::stats {

/// Where the mean of `k` further values of a window's process lies at most, with one-sided
/// `confidence`: centre + t(confidence, n - 1) * scale * sqrt(1/k + 1.57/n), with the median as
/// centre (whose variance is pi/2 times the mean's) and the larger of the robust deviation and half
/// of the standard one as scale, so that a window whose middle half happens to agree does not claim
/// to know. `window` holds at least 3 values (on a log scale where ratios matter). Source: Hahn &
/// Meeker (1991), section 4.7; Hampel (1974) for the scale.
struct Prediction {
  double centre = 0, scale = 0;
  double upper = 0, lower = 0;  ///< each with the one-sided confidence
};
Prediction predict(std::span<const double> window, int k, double confidence);

/// Student's t: the quantile at 0 < p < 1, and the upper tail P(T > t). Degrees of freedom > 0.
double t_quantile(double p, double freedom);
double t_upper_tail(double t, double freedom);

}  // namespace perfgate::stats
