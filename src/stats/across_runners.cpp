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
  const double estimate = evidence.estimate;
  const double fastest = *std::ranges::min_element(head) - *std::ranges::min_element(base);
  add_error(evidence, between_runners, between_confidence, budget);
  // The bound is that of the less certain one of the two: the centre and the fastest value.
  const double shown = normal_quantile(between_confidence) * between_runners;
  evidence.worse_by = std::min(evidence.worse_by, fastest - shown);
  evidence.better_by = std::max(evidence.better_by, fastest + shown);
  evidence.agree_worse = estimate > 0;
  evidence.agree_better = estimate < 0;
  evidence.doubts.push_back(Doubt::assumed_between_runners);
  return evidence;
}

}  // namespace perfgate::stats
