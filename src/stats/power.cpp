#include "stats/power.hpp"

#include <algorithm>
#include <cmath>

#include "stats/rank_sum.hpp"

namespace perfgate::stats {

double power(double shift, double standard_error, double floor, double z_alpha) {
  if (standard_error <= 0) return shift > floor ? 1 : 0;
  const double z = (shift - floor) / standard_error - z_alpha;
  return normal_upper_tail(-z);
}

double smallest_detectable(double standard_error, double floor, double z_alpha, double power) {
  return floor + (z_alpha + normal_quantile(power)) * standard_error;
}

int samples_to_decide(int n, double standard_error, double distance, double z_alpha, int limit) {
  if (distance <= 0) return limit;
  const double times = z_alpha * standard_error / distance;
  const double needed = std::ceil(n * times * times);
  return static_cast<int>(std::clamp(needed, static_cast<double>(n), static_cast<double>(limit)));
}

}  // namespace perfgate::stats
