#include "stats/builds.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/prediction.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {

Evidence over_builds(Evidence evidence, std::span<const double> base, std::span<const double> head,
                     int builds, const Budget& budget) {
  const std::size_t rounds = std::min(base.size(), head.size());
  const std::size_t pairs = std::min(static_cast<std::size_t>(std::max(builds, 1)), rounds);
  if (pairs < 2) return evidence;
  std::vector<double> shifts;
  double squares = 0;
  for (std::size_t build = 0; build < pairs; ++build) {
    std::vector<double> differences;
    for (std::size_t i = build; i < rounds; i += static_cast<std::size_t>(builds))
      differences.push_back(head[i] - base[i]);
    shifts.push_back(median(differences));
    for (const double difference : differences)
      squares += (difference - shifts.back()) * (difference - shifts.back());
  }
  const auto count = static_cast<double>(pairs), freedom = count - 1;
  const Summary summary = summarize(shifts);
  const double error = summary.deviation / std::sqrt(count);
  const double shown = t_quantile(shown_confidence, freedom) * error;
  const double reported = t_quantile(reported_confidence, freedom) * error;
  const double centre = evidence.estimate, floor = std::log1p(budget.floor);
  evidence.worse_by = std::min(evidence.worse_by, centre - shown);
  evidence.better_by = std::max(evidence.better_by, centre + shown);
  evidence.low = std::min(evidence.low, centre - reported);
  evidence.high = std::max(evidence.high, centre + reported);
  if (error > 0) {
    evidence.p_worse = std::max(evidence.p_worse, t_upper_tail((centre - floor) / error, freedom));
    evidence.p_better =
        std::max(evidence.p_better, t_upper_tail((-centre - floor) / error, freedom));
  }
  // What the builds differ by beyond the noise of their rounds stays, however many rounds follow.
  const double noise = squares / static_cast<double>(rounds) / static_cast<double>(rounds);
  evidence.standard_error = std::max(evidence.standard_error, error);
  evidence.lasting_error =
      std::max(evidence.lasting_error, std::sqrt(std::max(error * error - noise, 0.0)));
  return evidence;
}

}  // namespace perfgate::stats
