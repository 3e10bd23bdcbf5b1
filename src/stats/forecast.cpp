#include "stats/forecast.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>

#include "stats/prediction.hpp"
#include "stats/robust.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t fewest = 8;

/// The slopes of all pairs, ascending.
std::vector<double> pair_slopes(std::span<const double> values) {
  std::vector<double> slopes;
  slopes.reserve(values.size() * (values.size() - 1) / 2);
  for (std::size_t j = 1; j < values.size(); ++j)
    for (std::size_t i = 0; i < j; ++i)
      slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
  std::ranges::sort(slopes);
  return slopes;
}

double middle_slope(const std::vector<double>& ascending) {
  const std::size_t half = ascending.size() / 2;
  return ascending.size() % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
}

}  // namespace

std::optional<RobustLine> robust_line(std::span<const double> values, double confidence) {
  if (values.size() < fewest) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const std::vector<double> slopes = pair_slopes(values);
  RobustLine line{.points = values.size(), .slope = middle_slope(slopes), .confidence = confidence};

  // Sen: the number of pairs that go up less those that go down has this variance, if there is no
  // slope; the bounds are as many slopes away from the middle.
  const double quantile =
      boost::math::quantile(boost::math::normal_distribution<double>(), (1 + confidence) / 2);
  const double spread = quantile * std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
  const auto pairs = static_cast<double>(slopes.size());
  const auto place = [&](double rank) {
    return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, pairs - 1))];
  };
  line.slope_low = place(std::floor((pairs - spread) / 2));
  line.slope_high = place(std::ceil((pairs + spread) / 2));

  std::vector<double> left(values.begin(), values.end());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] -= line.slope * static_cast<double>(i);
  line.intercept = median(left);
  double square = 0;
  for (double& value : left) {
    value -= line.intercept;
    square += value * value;
  }
  line.scale = std::max(robust_deviation(left), std::sqrt(square / (n - 2)) / 2);
  line.mean_x = (n - 1) / 2;
  line.spread_x = n * (n * n - 1) / 12;
  line.reach = t_quantile((1 + confidence) / 2, n - 2);
  line.widening = autocorrelation_widening(lag1_autocorrelation(left));
  return line;
}

RobustLine::Predicted RobustLine::at(double x) const {
  const double from_mean = (x - mean_x) * (x - mean_x) / spread_x;
  const double of_line =
      widening * widening * std::numbers::pi / 2 * (1 / static_cast<double>(points) + from_mean);
  const double half = reach * scale * std::sqrt(1 + of_line);
  const double value = intercept + slope * x;
  return {.value = value, .low = value - half, .high = value + half};
}

}  // namespace perfgate::stats
