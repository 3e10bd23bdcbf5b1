#include "stats/robust.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

/// The factor that makes the median absolute deviation of normal values their standard deviation.
constexpr double normal_consistency = 1.482602218505602;

double deviation_around(std::span<const double> values, double centre) {
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) distances.push_back(std::abs(value - centre));
  return normal_consistency * median(std::move(distances));
}

}  // namespace

double robust_deviation(std::span<const double> values) {
  return deviation_around(values, median({values.begin(), values.end()}));
}

double difference_deviation(std::span<const double> series) {
  std::vector<double> differences;
  for (std::size_t i = 1; i < series.size(); ++i) differences.push_back(series[i] - series[i - 1]);
  return robust_deviation(differences) / std::numbers::sqrt2;
}

std::vector<double> hampel_clip(std::span<const double> series, std::size_t window, double limit) {
  std::vector<double> clipped(series.begin(), series.end());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::size_t begin = i > window ? i - window : 0;
    const std::size_t end = std::min(series.size(), i + window + 1);
    const auto near = series.subspan(begin, end - begin);
    const double centre = median({near.begin(), near.end()});
    const double deviation = deviation_around(near, centre);
    // Where most neighbours are equal nothing tells noise from an outlier.
    if (deviation > 0)
      clipped[i] = std::clamp(series[i], centre - limit * deviation, centre + limit * deviation);
  }
  return clipped;
}

double lag1_autocorrelation(std::span<const double> values) {
  if (values.size() < 3) return 0;
  const double centre = median({values.begin(), values.end()});
  const double deviation = deviation_around(values, centre);
  if (!(deviation > 0)) return 0;
  std::vector<double> rest;
  double mean = 0;
  for (const double value : values) {
    rest.push_back(std::clamp(value - centre, -3 * deviation, 3 * deviation));
    mean += rest.back();
  }
  const auto n = static_cast<double>(values.size());
  mean /= n;
  double product = 0, square = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    square += (rest[i] - mean) * (rest[i] - mean);
    if (i > 0) product += (rest[i] - mean) * (rest[i - 1] - mean);
  }
  return square > 0 ? product / square + 1 / n : 0;
}

double autocorrelation_widening(double rho) {
  const double held = std::clamp(rho, 0.0, 0.9);
  return std::sqrt((1 + held) / (1 - held));
}

}  // namespace perfgate::stats
