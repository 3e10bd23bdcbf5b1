#include "stats/checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "stats/ranks.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
double trend_p(std::span<const double> values) {
  if (values.size() < 4) return 1;
  const auto n = static_cast<double>(values.size());
  double score = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t k = i + 1; k < values.size(); ++k)
      score += values[k] > values[i] ? 1 : values[k] < values[i] ? -1 : 0;
  double variance = n * (n - 1) * (2 * n + 5);
  for (const std::size_t tied : mid_ranks(values).tied) {
    const auto t = static_cast<double>(tied);
    variance -= t * (t - 1) * (2 * t + 5);
  }
  if (variance <= 0) return 1;
  const double z = std::max(std::abs(score) - 1, 0.0) / std::sqrt(variance / 18);
  return std::erfc(z / std::numbers::sqrt2);
}

double onset_share(std::span<const double> first, std::span<const double> next) {
  const Ranks ranks = mid_ranks(first, next);
  const std::size_t count = ranks.doubled.size();
  const double centre = static_cast<double>(count + 1) / 2;
  double sum = 0, largest = 0, border = 0;
  for (std::size_t k = 0; k + 1 < count; ++k) {
    sum += centre - ranks.of(k);
    largest = std::max(largest, sum);
    if (k + 1 == first.size()) border = sum;
  }
  return largest > 0 ? border / largest : 0;
}

double step_at_border(std::span<const double> first, std::span<const double> next) {
  const auto before = first.last(std::max<std::size_t>(2, first.size() / 4));
  const auto after = next.first(std::max<std::size_t>(2, next.size() / 4));
  return median({after.begin(), after.end()}) - median({before.begin(), before.end()});
}

double timer_step(std::span<const double> x, std::span<const double> y) {
  double step = std::numeric_limits<double>::infinity();
  std::size_t different = 0;
  for (const auto side : {x, y}) {
    std::vector<double> sorted(side.begin(), side.end());
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0 && sorted[i] == sorted[i - 1]) continue;
      ++different;
      if (i > 0) step = std::min(step, sorted[i] - sorted[i - 1]);
    }
  }
  return 2 * different <= x.size() + y.size() && std::isfinite(step) ? step : 0;
}

}  // namespace perfgate::stats
