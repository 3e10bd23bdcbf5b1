#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perfgate::stats {

/// A robust line through values at 0, 1, 2, ..., and what it says of places beyond them. The slope
/// is the median of the slopes of all pairs (Theil, 1950; Sen, JASA 63 (1968)), the intercept the
/// median of what it leaves; the slope's bounds are Sen's, by Kendall's tau. A prediction is of one
/// further value: centre +- t(n - 2) * scale * sqrt(1 + w^2 * pi/2 * (1/n + (x - mean)^2 / Sxx)),
/// the usual one of a straight line (Draper & Smith, Applied Regression Analysis (1998), section
/// 3.1) with the larger of the robust deviation and half of the standard one as scale, and the
/// line's part widened by pi/2 for medians and by w for autocorrelation (robust.hpp).
struct RobustLine {
  std::size_t points = 0;
  double slope = 0, intercept = 0;  ///< at x: intercept + slope * x
  double slope_low = 0, slope_high = 0;
  double confidence = 0;
  double scale = 0;  ///< of what the line leaves

  struct Predicted {
    double value = 0, low = 0, high = 0;
  };
  Predicted at(double x) const;

  double mean_x = 0, spread_x = 0;  // sum of squares of x - mean_x
  double reach = 0, widening = 1;   // the quantile of t, w
};

/// nullopt for fewer than 8 values, whose slope means nothing. `confidence` is two-sided.
std::optional<RobustLine> robust_line(std::span<const double> values, double confidence = 0.9);

}  // namespace perfgate::stats
