#include "stats/wander.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "stats/rank_sum.hpp"
#include "stats/ranks.hpp"
#include "stats/robust.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr double level = 0.01;  // at which launches are shown not to be alike

using Series = std::vector<std::span<const double>>;

bool enough(const Series& side) {
  return side.size() >= fewest_companions && side.front().size() >= fewest_common_launches;
}

/// Friedman's statistic of a side's launches as treatments and its benchmarks as blocks.
double friedman(const Series& side) {
  const std::size_t launches = side.front().size();
  const auto blocks = static_cast<double>(side.size()), n = static_cast<double>(launches);
  std::vector<double> sums(launches);
  double squares = 0;
  for (const std::span<const double> benchmark : side) {
    const Ranks ranks = mid_ranks(benchmark);
    for (std::size_t i = 0; i < launches; ++i) {
      sums[i] += ranks.of(i);
      squares += ranks.of(i) * ranks.of(i);
    }
  }
  const double centre = blocks * n * (n + 1) * (n + 1) / 4;
  if (squares <= centre) return 0;  // all values are equal
  double between = 0;
  for (const double sum : sums) between += sum * sum;
  return (n - 1) * (between - blocks * centre) / (squares - centre);
}

/// Upper tail of the chi-squared law. Source: Wilson & Hilferty (1931).
double chi_squared_upper_tail(double value, double freedom) {
  const double spread = 2 / (9 * freedom);
  return normal_upper_tail((std::cbrt(value / freedom) - (1 - spread)) / std::sqrt(spread));
}

/// The mean absolute difference of neighbouring launches, in what the benchmarks have in common.
double mean_step(const Series& side) {
  std::vector<double> centres;
  for (const std::span<const double> benchmark : side)
    centres.push_back(median({benchmark.begin(), benchmark.end()}));
  const std::size_t launches = side.front().size();
  double before = 0, sum = 0;
  for (std::size_t launch = 0; launch < launches; ++launch) {
    std::vector<double> deviations;
    for (std::size_t i = 0; i < side.size(); ++i)
      deviations.push_back(side[i][launch] - centres[i]);
    const double now = median(std::move(deviations));
    if (launch > 0) sum += std::abs(now - before);
    before = now;
  }
  return sum / static_cast<double>(launches - 1);
}

/// The deviation of the half that lies closest together, as of a normal law: least median of
/// squares (Rousseeuw 1984). The correction for few is right in the median within a tenth from five
/// values on, by simulation.
double closest_half_deviation(std::vector<double> values) {
  constexpr double of_normal = 1.482602218505602;  // 1 / quantile(3/4)
  std::ranges::sort(values);
  const std::size_t half = (values.size() + 1) / 2;
  double least = values.back() - values.front();
  for (std::size_t i = 0; i + half <= values.size(); ++i)
    least = std::min(least, values[i + half - 1] - values[i]);
  const double few =
      1 + (values.size() % 2 == 0 ? 8.0 : 5.0) / static_cast<double>(values.size() - 1);
  return of_normal * few * least / 2;
}

}  // namespace

double session_wander(std::span<const Sides> benchmarks) {
  std::map<std::pair<std::size_t, std::size_t>, std::pair<Series, Series>> groups;
  for (const Sides& one : benchmarks) {
    auto& [bases, heads] = groups[{one.base.size(), one.head.size()}];
    bases.push_back(one.base);
    heads.push_back(one.head);
  }
  if (groups.empty()) return 0;
  const auto members = [](const auto& group) { return group.second.first.size(); };
  const auto& [base, head] = std::ranges::max_element(groups, {}, members)->second;
  if (!enough(base) || !enough(head)) return 0;
  const auto freedom = static_cast<double>(base.front().size() + head.front().size() - 2);
  if (chi_squared_upper_tail(friedman(base) + friedman(head), freedom) > level) return 0;
  return std::max(mean_step(base), mean_step(head)) *
         std::sqrt(std::numbers::pi / 2);  // of a normal law's mean absolute value
}

double suite_wander(std::span<const Sides> benchmarks) {
  if (benchmarks.size() < fewest_processes) return 0;
  std::vector<double> shifts, variances;
  for (const auto& [base, head] : benchmarks) {
    shifts.push_back(median({head.begin(), head.end()}) - median({base.begin(), base.end()}));
    const double before = robust_deviation(base), now = robust_deviation(head);
    variances.push_back(std::numbers::pi / 2 *
                        (before * before / static_cast<double>(base.size()) +
                         now * now / static_cast<double>(head.size())));
  }
  const double spread = closest_half_deviation(std::move(shifts)), own = median(variances);
  // 99 % of normal suites of 4 to 100 benchmarks with 5 to 20 values lie below, by simulation.
  const double by_chance = 1 + 4.5 / std::sqrt(static_cast<double>(benchmarks.size()));
  if (spread <= by_chance * std::sqrt(own)) return 0;
  // What they have in common, the other scale of time, adds as much again.
  return std::sqrt(2 * (spread * spread - own));
}

double wander_reach(double wander) { return normal_quantile(between_confidence) * wander; }

void allow_wander(Evidence& evidence, double wander, const Budget& budget) {
  if (wander <= 0) return;
  const double p_worse = evidence.p_worse, p_better = evidence.p_better;
  add_error(evidence, wander, between_confidence, budget);
  evidence.p_worse = std::max(evidence.p_worse, p_worse);
  evidence.p_better = std::max(evidence.p_better, p_better);
}

}  // namespace perfgate::stats
