#include "stats/sequential.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/rank_sum.hpp"

namespace perfgate::stats {
namespace {

double standard_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

/// The sub-density, at points with weights (Simpson's rule), of the Brownian score of those that
/// have not stopped yet.
struct Continuing {
  std::vector<double> points, weighted;

  /// P(score after `step` more information >= limit, not stopped before).
  double beyond(double limit, double step) const {
    double sum = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
      sum += weighted[i] * normal_upper_tail((limit - points[i]) / std::sqrt(step));
    return sum;
  }
  double density(double score, double step) const {
    double sum = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
      sum += weighted[i] * standard_density((score - points[i]) / std::sqrt(step));
    return sum / std::sqrt(step);
  }
  /// Those that are below `limit` after `step` more.
  Continuing after(double limit, double step, double total) const {
    constexpr std::size_t intervals = 400;
    constexpr double far = 8;  // standard deviations: what lies beyond is less than 1e-15
    const double low = std::min(-far * std::sqrt(total), limit - 1);
    const double width = (limit - low) / intervals;
    Continuing next;
    for (std::size_t i = 0; i <= intervals; ++i) {
      const double point = low + width * static_cast<double>(i);
      const double simpson = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
      next.points.push_back(point);
      next.weighted.push_back(simpson * width / 3 * density(point, step));
    }
    return next;
  }
};

}  // namespace

double spent(Spending spending, double alpha, double t) {
  if (t <= 0) return 0;
  const double fraction = std::min(t, 1.0);
  if (spending == Spending::pocock) return alpha * std::log1p((std::numbers::e - 1) * fraction);
  return 2 * normal_upper_tail(normal_quantile(1 - alpha / 2) / std::sqrt(fraction));
}

std::vector<double> spending_boundaries(Spending spending, double alpha,
                                        std::span<const double> information) {
  std::vector<double> boundaries;
  Continuing continuing{.points = {0}, .weighted = {1}};
  double before = 0, spent_before = 0;
  for (const double t : information) {
    const double step = t - before;
    const double now = spent(spending, alpha, t);
    // Bisection: the tail falls as the limit rises.
    double low = -10 * std::sqrt(t), high = 40 * std::sqrt(t);
    for (int i = 0; i < 100 && high - low > 1e-12; ++i) {
      const double middle = (low + high) / 2;
      (continuing.beyond(middle, step) > now - spent_before ? low : high) = middle;
    }
    boundaries.push_back(high / std::sqrt(t));
    continuing = continuing.after(high, step, t);
    before = t;
    spent_before = now;
  }
  return boundaries;
}

}  // namespace perfgate::stats
