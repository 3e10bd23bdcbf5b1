#include "stats/changepoint_noise.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/robust.hpp"

namespace perfgate::stats {

double series_noise(std::span<const double> series) {
  if (const double deviation = difference_deviation(series); deviation > 0) return deviation;
  std::vector<double> squares;
  for (std::size_t i = 1; i < series.size(); ++i)
    squares.push_back((series[i] - series[i - 1]) * (series[i] - series[i - 1]));
  const auto kept = static_cast<std::ptrdiff_t>(squares.size() * 9 / 10);
  if (kept == 0) return 0;
  std::ranges::nth_element(squares, squares.begin() + kept);
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < kept; ++i) sum += squares[static_cast<std::size_t>(i)];
  // The 90 % smallest of squared standard normal values have the mean 0.623.
  return std::sqrt(sum / static_cast<double>(kept) / 2 / 0.623);
}

double long_run_deviation(std::span<const double> residuals, double floor) {
  if (residuals.empty()) return floor;
  const std::size_t n = residuals.size();
  std::vector<double> sizes;
  sizes.reserve(n);
  for (const double residual : residuals) sizes.push_back(std::abs(residual));
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::ranges::nth_element(sizes, middle);
  const double spread = std::max(floor, 1.4826 * *middle);
  const double limit = 3 * spread;

  std::vector<double> values;
  values.reserve(n);
  for (const double residual : residuals) values.push_back(std::clamp(residual, -limit, limit));
  const auto lags = std::min(
      {n - 1, std::size_t{30}, static_cast<std::size_t>(std::cbrt(static_cast<double>(n)))});
  double variance = 0;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double products = 0;
    for (std::size_t i = lag; i < n; ++i) products += values[i] * values[i - lag];
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    variance += (lag == 0 ? 1 : 2) * weight * products;
  }
  return std::max(spread, std::sqrt(std::max(0.0, variance) / static_cast<double>(n)));
}

}  // namespace perfgate::stats
