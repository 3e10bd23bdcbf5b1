#include "stats/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace perfgate::stats {

Proportion proportion(std::size_t successes, std::size_t trials) {
  if (trials == 0) return {};
  constexpr double z = 1.959963984540054;
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double scale = 1 + z * z / n;
  const double center = (p + z * z / (2 * n)) / scale;
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale;
  return {.estimate = p,
          .low = std::max(0.0, successes == 0 ? 0.0 : center - half),
          .high = std::min(1.0, successes == trials ? 1.0 : center + half)};
}

}  // namespace perfgate::stats
