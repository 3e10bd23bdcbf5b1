#include "stats/prediction.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "stats/robust.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {

namespace {

/// Reckoned in double: the long doubles that Boost takes otherwise cost five times as much, for
/// digits beyond the twelfth.
using StudentsT = boost::math::students_t_distribution<
    double, boost::math::policies::policy<boost::math::policies::promote_double<false>>>;

}  // namespace

double t_quantile(double p, double freedom) { return boost::math::quantile(StudentsT(freedom), p); }

double t_upper_tail(double t, double freedom) {
  return boost::math::cdf(boost::math::complement(StudentsT(freedom), t));
}

Prediction predict(std::span<const double> window, int k, double confidence) {
  const auto n = static_cast<double>(window.size());
  double mean = 0, square = 0;
  for (const double value : window) mean += value / n;
  for (const double value : window) square += (value - mean) * (value - mean);
  const double deviation = std::sqrt(square / (n - 1));
  Prediction prediction{.centre = median({window.begin(), window.end()}),
                        .scale = std::max(robust_deviation(window), deviation / 2)};
  const double reach = t_quantile(confidence, n - 1) * prediction.scale *
                       std::sqrt(1.0 / k + std::numbers::pi / 2 / n);
  prediction.upper = prediction.centre + reach;
  prediction.lower = prediction.centre - reach;
  return prediction;
}

}  // namespace perfgate::stats
