#include "stats/changepoint_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace perfgate::stats {
namespace {

/// The factor that makes the median size of normal values their standard deviation.
constexpr double normal_factor = 1.482602218505602;

constexpr std::size_t lags_at_once = 4;

/// Sums of values[i] * values[i - lag], of so many lags from `first` on: side by side, as no sum
/// then waits for the one before.
std::array<double, lags_at_once> lagged_products(std::span<const double> values,
                                                 std::size_t first) {
  std::array<double, lags_at_once> sums{};
  const std::size_t last = first + lags_at_once - 1;
  for (std::size_t i = first; i < std::min(last, values.size()); ++i)
    for (std::size_t k = 0; first + k <= i; ++k) sums[k] += values[i] * values[i - first - k];
  for (std::size_t i = last; i < values.size(); ++i)
    for (std::size_t k = 0; k < lags_at_once; ++k) sums[k] += values[i] * values[i - first - k];
  return sums;
}

}  // namespace

double series_noise(std::span<const double> series) {
  if (series.size() < 2) return 0;
  std::vector<double> sizes;
  sizes.reserve(series.size());
  for (std::size_t i = 1; i < series.size(); ++i)
    sizes.push_back(std::abs(series[i] - series[i - 1]));
  const auto nth = [&](std::size_t rank) {
    const auto place = sizes.begin() + static_cast<std::ptrdiff_t>(rank);
    std::ranges::nth_element(sizes, place);
    return *place;
  };
  if (const double size = nth(sizes.size() / 2); size > 0)
    return normal_factor * size / std::numbers::sqrt2;
  const std::size_t kept = sizes.size() * 9 / 10;
  nth(kept);
  double squares = 0;
  for (std::size_t i = 0; i < kept; ++i) squares += sizes[i] * sizes[i];
  // The 90 % smallest of squared standard normal values have the mean 0.623.
  return kept == 0 ? 0 : std::sqrt(squares / static_cast<double>(kept) / 2 / 0.623);
}

double long_run_deviation(std::span<const double> residuals, double floor) {
  if (residuals.empty()) return floor;
  const std::size_t n = residuals.size();
  std::vector<double> sizes;
  sizes.reserve(n);
  for (const double residual : residuals) sizes.push_back(std::abs(residual));
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::ranges::nth_element(sizes, middle);
  const double spread = std::max(floor, normal_factor * *middle);
  const double limit = 3 * spread;

  std::vector<double> values;
  values.reserve(n);
  for (const double residual : residuals) values.push_back(std::clamp(residual, -limit, limit));
  const auto lags = std::min(
      {n - 1, std::size_t{30}, static_cast<std::size_t>(std::cbrt(static_cast<double>(n)))});
  double variance = 0;
  for (std::size_t first = 0; first <= lags; first += lags_at_once) {
    const auto products = lagged_products(values, first);
    for (std::size_t lag = first; lag <= std::min(lags, first + lags_at_once - 1); ++lag) {
      const double weight = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
      variance += (lag == 0 ? 1 : 2) * weight * products[lag - first];
    }
  }
  return std::max(spread, std::sqrt(std::max(0.0, variance) / static_cast<double>(n)));
}

}  // namespace perfgate::stats
