#include "stats/looks.hpp"

#include <algorithm>

#include "stats/rank_sum.hpp"

namespace perfgate::stats {

std::vector<Look> plan_looks(std::span<const int> rounds, Spending spending) {
  std::vector<double> information;
  for (const int count : rounds)
    information.push_back(static_cast<double>(count) / static_cast<double>(rounds.back()));
  const auto shown = spending_boundaries(spending, 1 - shown_confidence, information);
  const auto reported = spending_boundaries(spending, 1 - reported_confidence, information);
  std::vector<Look> looks;
  for (std::size_t i = 0; i < rounds.size(); ++i)
    looks.push_back(
        {.rounds = rounds[i],
         .shown = std::max(1.0, shown[i] / normal_quantile(shown_confidence)),
         .reported = std::max(1.0, reported[i] / normal_quantile(reported_confidence))});
  return looks;
}

Evidence at_look(Evidence evidence, const Look& look) {
  const double centre = evidence.estimate;
  evidence.worse_by = centre - look.shown * (centre - evidence.worse_by);
  evidence.better_by = centre + look.shown * (evidence.better_by - centre);
  evidence.low = centre - look.reported * (centre - evidence.low);
  evidence.high = centre + look.reported * (evidence.high - centre);
  return evidence;
}

Looked look_by_look(std::span<const Look> plan, std::span<const Budget> budgets,
                    Correction correction,
                    const std::function<std::optional<Evidence>(std::size_t, const Look&)>& read,
                    const std::function<void(std::span<const Evidence>)>& seen) {
  Looked looked{.evidence = std::vector<Evidence>(budgets.size()),
                .decisions = std::vector<Decision>(budgets.size())};
  std::vector<bool> open(budgets.size(), true);
  for (const Look& look : plan) {
    if (std::ranges::none_of(open, std::identity{})) break;
    std::vector<std::size_t> looked_at;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      if (!open[i]) continue;
      auto evidence = read(i, look);
      if (!evidence) continue;
      looked.evidence[i] = *std::move(evidence);
      looked_at.push_back(i);
    }
    std::vector<Decision> decisions = decide_members(looked.evidence, budgets, correction);
    for (const std::size_t i : looked_at) {
      open[i] = decisions[i].verdict == Verdict::inconclusive;
      looked.decisions[i] = std::move(decisions[i]);
    }
    if (seen) seen(looked.evidence);
  }
  return looked;
}

}  // namespace perfgate::stats
