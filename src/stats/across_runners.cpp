#include "stats/across_runners.hpp"

#include <algorithm>
#include <cmath>

#include "stats/rank_sum.hpp"
#include "stats/same_runner.hpp"

namespace perfgate::stats {
Evidence within_sessions(std::span<const double> base, std::span<const double> head,
                         const Budget& budget) {
  Evidence evidence = same_runner(base, head, Order::sequential, budget);
  std::erase(evidence.doubts, Doubt::began_elsewhere);
  std::erase(evidence.doubts, Doubt::fastest_unmoved);
  return evidence;
}

Evidence across_runners(std::span<const double> base, std::span<const double> head,
                        const Budget& budget) {
  if (std::min(base.size(), head.size()) < fewest_values) return few_values(base, head, budget);
  Evidence evidence = within_sessions(base, head, budget);
  const double estimate = evidence.estimate, floor = std::log1p(budget.floor);
  const double fastest = *std::ranges::min_element(head) - *std::ranges::min_element(base);
  const double shown = normal_quantile(between_confidence) * between_runners;
  const double reported = normal_quantile(reported_confidence) * between_runners;
  // The bound is that of the less certain one of the two: the centre and the fastest value.
  evidence.worse_by =
      std::min(estimate - std::hypot(estimate - evidence.worse_by, shown), fastest - shown);
  evidence.better_by =
      std::max(estimate + std::hypot(evidence.better_by - estimate, shown), fastest + shown);
  evidence.low = estimate - std::hypot(estimate - evidence.low, reported);
  evidence.high = estimate + std::hypot(evidence.high - estimate, reported);
  evidence.standard_error = std::hypot(evidence.standard_error, between_runners);
  evidence.lasting_error = std::hypot(evidence.lasting_error, between_runners);
  evidence.p_worse = normal_upper_tail((estimate - floor) / evidence.standard_error);
  evidence.p_better = normal_upper_tail((-estimate - floor) / evidence.standard_error);
  evidence.agree_worse = estimate > 0;
  evidence.agree_better = estimate < 0;
  evidence.doubts.push_back(Doubt::assumed_between_runners);
  return evidence;
}

}  // namespace perfgate::stats
