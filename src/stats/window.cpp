#include "stats/window.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "stats/checks.hpp"
#include "stats/modes.hpp"
#include "stats/prediction.hpp"
#include "stats/rank_sum.hpp"
#include "stats/robust.hpp"
#include "stats/same_runner.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t rank_window = 19;  // where a single value may be judged by its rank: 1 in 20
constexpr double window_trend_level = 0.01;

/// 1 over the number of ways to pick which of all are the later ones: the smallest p there can be.
double smallest_p(std::size_t past, std::size_t later) {
  double ways = 1;
  for (std::size_t i = 1; i <= later; ++i)
    ways *= static_cast<double>(past + i) / static_cast<double>(i);
  return 1 / ways;
}

/// Whether the ranks, and the values themselves, say that the later ones are worse.
bool all_beyond(std::span<const double> past, std::span<const double> later, double centre,
                const Budget& budget, double few_bound) {
  const double lowest = *std::ranges::min_element(later);
  const double reach = std::log1p(budget.warn.value_or(budget.fail.value_or(budget.floor)));
  if (!(lowest > centre + reach)) return false;
  if (smallest_p(past.size(), later.size()) <= window_level)
    return rank_sum_p_greater(past, later) <= window_level;
  if (!(lowest > *std::ranges::max_element(past) + reach)) return false;
  return past.size() >= rank_window || few_bound > std::log1p(budget.floor);
}

std::vector<double> negated(std::span<const double> values) {
  std::vector<double> result;
  for (const double value : values) result.push_back(-value);
  return result;
}

}  // namespace

Evidence window(std::span<const double> past, std::span<const double> later, const Budget& budget) {
  const Evidence few = few_values(past, later, budget);
  if (past.size() < fewest_values || later.empty()) return few;
  const auto k = static_cast<int>(later.size());
  const auto freedom = static_cast<double>(past.size() - 1);
  const Prediction limit = predict(past, k, reported_confidence);
  const double estimate = median({later.begin(), later.end()}) - limit.centre;
  const double lasting =
      limit.scale * std::sqrt(std::numbers::pi / 2 / static_cast<double>(past.size()));
  const double error = std::hypot(lasting, limit.scale / std::sqrt(static_cast<double>(k)));
  const double reach = limit.upper - limit.centre;
  const double floor = std::log1p(budget.floor);
  const auto tail = [&](double above) {
    if (error <= 0) return above > 0 ? 0.0 : 1.0;
    return t_upper_tail(above / error, freedom);
  };
  Evidence evidence{.estimate = estimate,
                    .low = estimate - reach,
                    .high = estimate + reach,
                    .worse_by = estimate - reach,
                    .better_by = estimate + reach,
                    .standard_error = error,
                    .lasting_error = lasting,
                    .p_worse = tail(estimate - floor),
                    .p_better = tail(-estimate - floor),
                    .agree_worse = all_beyond(past, later, limit.centre, budget, few.worse_by),
                    .agree_better = all_beyond(negated(past), negated(later), -limit.centre, budget,
                                               -few.better_by),
                    .base_count = past.size(),
                    .head_count = later.size()};
  const bool shows =
      evidence.estimate > 0 ? evidence.worse_by > floor : evidence.better_by < -floor;
  const bool agrees = evidence.estimate > 0 ? evidence.agree_worse : evidence.agree_better;
  if (limit.scale < 1e-12) evidence.doubts.push_back(Doubt::constant);
  if (past.size() < rank_window) evidence.doubts.push_back(Doubt::short_window);
  if (trend_p(past) < window_trend_level) evidence.doubts.push_back(Doubt::drift);
  if (two_modes(past)) evidence.doubts.push_back(Doubt::modes);
  if (shows && !agrees) evidence.doubts.push_back(Doubt::not_all_beyond);
  return evidence;
}

}  // namespace perfgate::stats
